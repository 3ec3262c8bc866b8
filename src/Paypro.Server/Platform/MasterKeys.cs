using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Server.Platform;

/// <summary>
/// Encrypts secrets and personal data with AES-256-GCM. Every ciphertext is bound to what it belongs to (the associated text),
/// so a row copied to another owner does not open. The file holds one key per line, <c>id base64</c>, the first one seals.
/// Nodes are given a new key one after the other: a node that meets a key it does not know looks for it in the file again.
/// </summary>
internal sealed class MasterKeys
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Of the file: some hundred keys.</summary>
    private const int MostBytes = 64 * 1024;

    private readonly string? _path;
    private readonly IRandomness _randomness;
    private readonly (string Id, byte[] Key) _current;
    private volatile Dictionary<string, byte[]> _keys;

    private MasterKeys(string? path, IReadOnlyList<(string Id, byte[] Key)> keys, IRandomness randomness)
    {
        (_path, _randomness, _current) = (path, randomness, keys[0]);
        _keys = keys.ToDictionary(static k => k.Id, static k => k.Key, StringComparer.Ordinal);
    }

    /// <summary>What it was read from, for sentences.</summary>
    public string Source => _path ?? "";

    /// <summary>The id of the key that seals.</summary>
    public string CurrentId => _current.Id;

    /// <summary>Reads the key file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="randomness">For sealing.</param>
    /// <param name="ownerOnly">Whether a file that others may read is refused.</param>
    /// <exception cref="BadSettingException">It is missing, empty or malformed; the sentence names the setting and never the content.</exception>
    public static MasterKeys Read(string path, IRandomness randomness, bool ownerOnly = false) => new(path, ReadFile(path, ownerOnly), randomness);

    /// <summary>
    /// A sandbox makes its own key beside its database; readable by its owner only. Whole or not at all: another node that starts at the
    /// same moment must not read half a file.
    /// </summary>
    public static MasterKeys ReadOrMake(string path, IRandomness randomness)
    {
        if (!File.Exists(path))
        {
            Make(path, randomness);
        }

        return Read(path, randomness);
    }

    /// <summary>A key made of a seed, for tests and simulations.</summary>
    public static MasterKeys ForTests(IRandomness randomness) => new(null, [("test", SHA256.HashData("test"u8))], randomness);

    public (string KeyId, byte[] Sealed) Seal(ReadOnlySpan<byte> plain, string boundTo)
    {
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        _randomness.Fill(nonce);
        using var aes = new AesGcm(_current.Key, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(boundTo));
        return (_current.Id, sealedBytes);
    }

    /// <exception cref="CryptographicException">The row was tampered with or belongs to somebody else, or its key is gone.</exception>
    public byte[] Open(string keyId, ReadOnlySpan<byte> sealedBytes, string boundTo)
    {
        if (sealedBytes.Length < NonceBytes + TagBytes || !(_keys.TryGetValue(keyId, out var key) || FindInFile(keyId, out key)))
        {
            throw new CryptographicException($"Sealed with master key '{keyId}', which this installation does not have, or cut short.");
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(boundTo));
        return plain;
    }

    private static void Make(string path, IRandomness randomness)
    {
        var key = new byte[32];
        randomness.Fill(key);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileSecrecy.Own;
        }

        var name = new byte[8];
        randomness.Fill(name);
        var made = $"{path}.{Convert.ToHexStringLower(name)}";
        try
        {
            using (var writer = new StreamWriter(made, options))
            {
                writer.WriteLine($"k1 {Convert.ToBase64String(key)}");
            }

            File.Move(made, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another node of this sandbox made it first.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException($"Paypro__MasterKeyFile: the sandbox's own key cannot be written to '{path}': {error.Message}");
        }
        finally
        {
            File.Delete(made);
        }
    }

    private static List<(string Id, byte[] Key)> ReadFile(string path, bool ownerOnly)
    {
        string[] lines;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (ownerOnly && FileSecrecy.Problem(file) is { } open)
            {
                throw new BadSettingException($"Paypro__MasterKeyFile: {open}");
            }

            if (file.CanSeek && file.Length > MostBytes)
            {
                throw new BadSettingException($"Paypro__MasterKeyFile: '{path}' is too long for a key file.");
            }

            using var reader = new StreamReader(file);
            lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadSettingException($"Paypro__MasterKeyFile: the file '{path}' does not exist.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BadSettingException($"Paypro__MasterKeyFile: '{path}' cannot be read: {error.Message}");
        }

        return Parse(path, lines.Where(l => l[0] != '#'));
    }

    private static List<(string Id, byte[] Key)> Parse(string path, IEnumerable<string> lines)
    {
        var keys = new List<(string Id, byte[] Key)>();
        foreach (var line in lines)
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var key = new byte[32];
            if (parts.Length != 2 || !Convert.TryFromBase64String(parts[1], key, out var length) || length != 32)
            {
                throw new BadSettingException($"Paypro__MasterKeyFile: every line of '{path}' must be an id, a blank and 32 bytes in base64.");
            }

            if (keys.Exists(k => k.Id == parts[0]))
            {
                throw new BadSettingException($"Paypro__MasterKeyFile: '{path}' has two keys of one id.");
            }

            keys.Add((parts[0], key));
        }

        return keys.Count > 0 ? keys : throw new BadSettingException($"Paypro__MasterKeyFile: '{path}' holds no key.");
    }

    /// <summary>What this process knows stays as it is: a file that somebody is writing at this moment takes no key away.</summary>
    private bool FindInFile(string keyId, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        try
        {
            key = _path is null ? null : ReadFile(_path, ownerOnly: false).Find(k => k.Id == keyId).Key;
        }
        catch (BadSettingException)
        {
            // It opens at the next try, or whoever reads the row says that it does not.
        }

        if (key is not null)
        {
            _keys = new(_keys, StringComparer.Ordinal) { [keyId] = key };
        }

        return key is not null;
    }
}

/// <summary>A setting that cannot be started with: one sentence that names it.</summary>
internal sealed class BadSettingException(string sentence) : Exception(sentence);
