namespace Paypro.Server.Platform;

/// <summary>Where this installation's master key is.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsOwn">A sandbox's own key, which the server makes beside a new database.</param>
/// <param name="OwnerOnly">Whether a file that others may read is refused.</param>
internal sealed record MasterKeyPlace(string Path, bool IsOwn, bool OwnerOnly)
{
    /// <summary>The name of systemd's credential that holds the key.</summary>
    public const string CredentialName = "paypro-master-key";

    /// <summary>A sandbox's own key that is not there.</summary>
    public bool IsMissing => IsOwn && !File.Exists(Path);

    public static MasterKeyPlace Of(PayproOptions options, Installation installation, string databaseFolder) => options.MasterKeyFile is { } file
        ? new(file, IsOwn: false, OwnerOnly: !installation.IsSandbox)
        : new(System.IO.Path.Combine(databaseFolder, "paypro-sandbox.key"), IsOwn: true, OwnerOnly: false);

    /// <summary>The key that systemd hands to the service; null when there is none.</summary>
    public static string? Credential(string? folder) =>
        folder is { Length: > 0 } && System.IO.Path.Combine(folder, CredentialName) is var file && File.Exists(file) ? file : null;

    public MasterKeys Read(IRandomness randomness) => IsOwn ? MasterKeys.ReadOrMake(Path, randomness) : MasterKeys.Read(Path, randomness, OwnerOnly);
}
