# `brew update-python-resources checksig` adds the resources for click, rich and what they need.
class Checksig < Formula
  include Language::Python::Virtualenv

  desc "Tell whether files are exactly the ones their checksum list describes"
  # Placeholders, all three: a formula can't do without them, and there has been no release yet.
  homepage "https://example.org/PLACEHOLDER"
  url "https://example.org/PLACEHOLDER/checksig-0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license all_of: ["MIT", "BSD-3-Clause"]

  depends_on "go" => :build
  depends_on "python@3.14"

  def install
    engine = buildpath/"_checksig"
    flag = if OS.mac?
      "-Wl,-install_name,@rpath/_checksig.dylib"
    else
      "-Wl,--version-script=#{buildpath}/go/link/exports.map"
    end
    ldflags = "-s -w -buildid= -X main.version=#{version} -extldflags=#{flag}"
    ENV["CGO_ENABLED"] = "1"
    cd "go" do
      system "go", "build", "-buildmode=c-shared", "-buildvcs=false",
             *std_go_args(ldflags:, output: engine), "./cmd/libchecksig"
    end
    # pip then brings neither another Go nor another compiler.
    ENV["CHECKSIG_PREBUILT_LIB"] = engine
    virtualenv_install_with_resources
  end

  test do
    (testpath/"data").write "one\n"
    system bin/"checksig", "create", testpath
    system bin/"checksig", "verify", testpath
    (testpath/"data").write "two\n"
    assert_match "data: FAILED (mismatch)", shell_output("#{bin}/checksig verify #{testpath}", 1)
  end
end
