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
    private readonly string? _path;
    private readonly IRandomness _randomness;
    private readonly (string Id, byte[] Key) _current;
    private readonly byte[] _oldest;
    private volatile Dictionary<string, byte[]> _keys;

    private MasterKeys(string? path, IReadOnlyList<(string Id, byte[] Key)> keys, IRandomness randomness)
    {
        (_path, _randomness, _current, _oldest) = (path, randomness, keys[0], keys[^1].Key);
        _keys = keys.ToDictionary(static k => k.Id, static k => k.Key, StringComparer.Ordinal);
    }

    /// <summary>Reads the key file.</summary>
    /// <exception cref="BadSettingException">It is missing, empty or malformed; the sentence names the setting and never the content.</exception>
    public static MasterKeys Read(string path, IRandomness randomness) => new(path, ReadFile(path), randomness);

    /// <summary>
    /// A sandbox makes its own key beside its database; readable by its owner only. Whole or not at all: another node that starts at the
    /// same moment must not read half a file.
    /// </summary>
    public static MasterKeys ReadOrMake(string path, IRandomness randomness)
    {
        if (!File.Exists(path))
        {
            var key = new byte[32];
            randomness.Fill(key);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
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
            finally
            {
                File.Delete(made);
            }
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

    /// <summary>A key for one purpose, derived from the oldest master key so that rotation does not change it.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _oldest, 32, info: Encoding.UTF8.GetBytes(purpose));

    private static List<(string Id, byte[] Key)> ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new BadSettingException($"Paypro__MasterKeyFile: the file '{path}' does not exist.");
        }

        var keys = new List<(string Id, byte[] Key)>();
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#'))
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
            key = _path is null ? null : ReadFile(_path).Find(k => k.Id == keyId).Key;
        }
        catch (Exception error) when (error is BadSettingException or IOException or UnauthorizedAccessException)
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
