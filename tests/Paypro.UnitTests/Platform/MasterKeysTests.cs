using System.Security.Cryptography;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>The key file: rotation, what is wrong with it, and the sandbox's own.</summary>
public sealed class MasterKeysTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("paypro-test-").FullName;
    private readonly SeededRandomness randomness = new(7);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheSameTextIsSealedDifferentlyEachTime()
    {
        var keys = MasterKeys.ForTests(randomness);
        Assert.NotEqual(keys.Seal([1, 2, 3], "a").Sealed, keys.Seal([1, 2, 3], "a").Sealed);
    }

    [Fact]
    public void AfterARotationTheNewKeySealsAndTheOldOneStillOpens()
    {
        var before = Read("k1 " + Key(1));
        var (oldId, box) = before.Seal([1, 2, 3], "owner");
        var after = Read("# newest first\nk2 " + Key(2) + "\nk1 " + Key(1));
        Assert.Equal("k1", oldId);
        Assert.Equal("k2", after.Seal([1], "owner").KeyId);
        Assert.Equal([1, 2, 3], after.Open(oldId, box, "owner"));
        Assert.Throws<CryptographicException>(() => Read("k2 " + Key(2)).Open(oldId, box, "owner"));
    }

    /// <summary>Nodes start again one after the other: one with the old lines in its memory meets what another has sealed with the new one.</summary>
    [Fact]
    public void ARunningNodeFindsTheNewKeyInTheFile()
    {
        var running = Read("k1 " + Key(1));
        var (newId, box) = Read("k2 " + Key(2) + "\nk1 " + Key(1)).Seal([4, 5], "owner");

        Write("k2 half a li");
        Assert.Throws<CryptographicException>(() => running.Open(newId, box, "owner"));
        File.Delete(Path.Combine(folder, "master.key"));
        Assert.Throws<CryptographicException>(() => running.Open(newId, box, "owner"));
        Write("k2 " + Key(2));
        Assert.Equal([4, 5], running.Open(newId, box, "owner"));

        // It goes on sealing with the key that it began with, and forgets none.
        var (oldId, own) = running.Seal([6], "owner");
        Assert.Equal("k1", oldId);
        Assert.Equal([6], running.Open(oldId, own, "owner"));
        Assert.Throws<CryptographicException>(() => running.Open("k3", box, "owner"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("k1")]
    [InlineData("k1 c2hvcnQ=")]
    [InlineData("k1 this is no key")]
    [InlineData("k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nk1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    public void ABadFileIsNamedAndNeverQuoted(string text)
    {
        var error = Assert.Throws<BadSettingException>(() => Read(text));
        Assert.StartsWith("Paypro__MasterKeyFile: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hvcnQ=", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAEC", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("644", false)]
    [InlineData("604", false)]
    [InlineData("660", false)]
    [InlineData("600", true)]
    [InlineData("400", true)]
    [InlineData("440", true)]
    public void ALiveKeyFileIsReadByItsOwnerAndAGroupAtMost(string mode, bool isTaken)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }

        var path = Path.Combine(folder, "master.key");
        Write("k1 " + Key(1));
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        Assert.NotNull(MasterKeys.Read(path, randomness));
        if (isTaken)
        {
            Assert.NotNull(MasterKeys.Read(path, randomness, ownerOnly: true));
        }
        else
        {
            Assert.Contains("chmod 600", Assert.Throws<BadSettingException>(() => MasterKeys.Read(path, randomness, ownerOnly: true)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AFolderIsNoKeyFile() =>
        Assert.StartsWith("Paypro__MasterKeyFile: ", Assert.Throws<BadSettingException>(() => MasterKeys.Read(folder, randomness)).Message, StringComparison.Ordinal);

    [Fact]
    public void ACredentialOfSystemdIsTakenWhereItIs()
    {
        Assert.Null(MasterKeyPlace.Credential(null));
        Assert.Null(MasterKeyPlace.Credential(folder));
        File.WriteAllText(Path.Combine(folder, MasterKeyPlace.CredentialName), "k1 " + Key(1));
        Assert.Equal(Path.Combine(folder, "paypro-master-key"), MasterKeyPlace.Credential(folder));
    }

    [Fact]
    public void ASandboxMakesItsKeyOnceForItsOwnerOnly()
    {
        var path = Path.Combine(folder, "sandbox.key");
        var (keyId, box) = MasterKeys.ReadOrMake(path, randomness).Seal([9], "owner");
        Assert.Equal([9], MasterKeys.ReadOrMake(path, randomness).Open(keyId, box, "owner"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    private MasterKeys Read(string text)
    {
        Write(text);
        return MasterKeys.Read(Path.Combine(folder, "master.key"), randomness);
    }

    private void Write(string text) => File.WriteAllText(Path.Combine(folder, "master.key"), text);

    private static string Key(byte value) => Convert.ToBase64String([.. Enumerable.Repeat(value, 32)]);
}
