# nix-build packaging/nix
{
  pkgs ? import <nixpkgs> { },
}:

let
  inherit (pkgs) lib python3Packages stdenv;
  inherit (stdenv.hostPlatform) extensions isDarwin;

  src = lib.cleanSource ../..;
  version = builtins.head (
    builtins.match ".*__version__ = \"([^\"]+)\".*" (builtins.readFile ../../src/checksig/_version.py)
  );

  engine = pkgs.buildGoModule {
    pname = "checksig-engine";
    inherit src version;
    modRoot = "go";
    vendorHash = null; # there are no other modules

    env.CGO_ENABLED = 1;

    # buildGoModule's own way makes programs, not libraries.
    buildPhase = ''
      runHook preBuild
      extldflags=${
        if isDarwin then
          "-Wl,-install_name,@rpath/_checksig.dylib"
        else
          "-Wl,--version-script=$PWD/link/exports.map"
      }
      go build -buildmode=c-shared -trimpath -buildvcs=false \
        -ldflags="-s -w -buildid= -X main.version=${version} -extldflags=$extldflags" \
        -o _checksig${extensions.sharedLibrary} ./cmd/libchecksig
      runHook postBuild
    '';
    checkPhase = ''
      runHook preCheck
      go test ./...
      runHook postCheck
    '';
    installPhase = ''
      runHook preInstall
      install -Dm755 -t $out/lib _checksig${extensions.sharedLibrary}
      runHook postInstall
    '';
  };
in
python3Packages.buildPythonPackage {
  pname = "checksig";
  inherit src version;
  pyproject = true;

  # In place of Go, a compiler and setuptools-golang.
  env.CHECKSIG_PREBUILT_LIB = "${engine}/lib/_checksig${extensions.sharedLibrary}";

  build-system = [ python3Packages.setuptools ];
  dependencies = [
    python3Packages.click
    python3Packages.rich
  ];

  nativeCheckInputs = [
    python3Packages.hypothesis
    python3Packages.pytest-timeout
    python3Packages.pytestCheckHook
  ];
  pythonImportsCheck = [ "checksig" ];

  passthru = {
    inherit engine;
  };

  meta = {
    description = "Are these files exactly the ones their checksum list describes?";
    license = [
      lib.licenses.mit
      lib.licenses.bsd3
    ];
    mainProgram = "checksig";
    # A Go library can't be loaded on musl: golang/go#54805.
    badPlatforms = lib.platforms.musl;
  };
}
