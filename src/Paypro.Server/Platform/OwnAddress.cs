namespace Paypro.Server.Platform;

/// <summary>
/// What every address that we give out begins with, without a slash at its end: <c>Paypro__PublicUrl</c>, in a sandbox without it where the
/// server listens. Null while it does not listen.
/// </summary>
internal sealed class OwnAddress(Func<string?> root)
{
    public string? Root() => root();
}
