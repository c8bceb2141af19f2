// Go asks for this DLL on Windows, and old releases of Wine lack it. It is of no use elsewhere.
// Without the C library, whose import libraries would take minutes to build.

// Its name in the Windows SDK is RtlGenRandom.
__declspec(dllimport) unsigned char SystemFunction036(void *buffer, unsigned long length);

__declspec(dllexport) int ProcessPrng(unsigned char *data, unsigned long long length) {
    return SystemFunction036(data, (unsigned long)length);
}

int DllMainCRTStartup(void *library, unsigned long reason, void *reserved) { return 1; }
