# Sourced by run, test and the bench: stops with one clear sentence when the .NET SDK is missing or too old.

require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        echo "The .NET SDK 10 is missing: no 'dotnet' on the PATH. See https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        exit 1
    fi
    # Asked inside the repository, so that global.json decides as it will for the build.
    if ! (cd "$1" && dotnet --version >/dev/null 2>&1); then
        echo "The .NET SDK is too old: global.json asks for 10.0.100 or newer of version 10, and here are:" >&2
        dotnet --list-sdks >&2 || true
        exit 1
    fi
}
