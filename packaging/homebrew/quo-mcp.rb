# Unofficial: not made by, or affiliated with, the vendor of Quo.
class QuoMcp < Formula
  desc "Business phone (Quo) for AI agents, with a guard before every text and change"
  homepage "https://github.com/OWNER/quo-mcp"
  version "VERSION"
  license "Apache-2.0"

  on_macos do
    depends_on arch: :arm64
    url "https://github.com/OWNER/quo-mcp/releases/download/vVERSION/quo-mcp-VERSION-macos-arm64.tar.gz"
    sha256 "SHA256(quo-mcp-VERSION-macos-arm64.tar.gz)"
  end

  on_linux do
    on_intel do
      url "https://github.com/OWNER/quo-mcp/releases/download/vVERSION/quo-mcp-VERSION-linux-x86_64.tar.gz"
      sha256 "SHA256(quo-mcp-VERSION-linux-x86_64.tar.gz)"
    end
    on_arm do
      url "https://github.com/OWNER/quo-mcp/releases/download/vVERSION/quo-mcp-VERSION-linux-arm64.tar.gz"
      sha256 "SHA256(quo-mcp-VERSION-linux-arm64.tar.gz)"
    end
  end

  # On Linux libcurl 4, OpenSSL 3 and SQLite 3 are the system's, which opens them when the first tool is called.
  def install
    bin.install "quo-mcp"
    man1.install Dir["share/man/man1/*"]
    bash_completion.install Dir["share/bash-completion/completions/*"]
    zsh_completion.install Dir["share/zsh/site-functions/*"]
    fish_completion.install Dir["share/fish/vendor_completions.d/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/quo-mcp --version")
    assert_match "send_message", shell_output("#{bin}/quo-mcp tools")
  end
end
