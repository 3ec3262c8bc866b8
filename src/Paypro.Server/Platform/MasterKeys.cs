using System.Security.Cryptography;
using System.Text;

namespace Paypro.Server.Platform;

/// <summary>
/// Encrypts secrets and personal data with AES-256-GCM. Every ciphertext is bound to what it belongs to (the associated text),
/// so a row copied to another owner does not open. The file holds one key per line, <c>id base64</c>, the first one seals.
/// </summary>
internal sealed class MasterKeys
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private readonly string _current;
    private readonly IRandomness _randomness;

    private MasterKeys(IEnumerable<(string Id, byte[] Key)> keys, IRandomness randomness)
    {
        _randomness = randomness;
        _current = "";
        foreach (var (id, key) in keys)
        {
            if (_current.Length == 0)
            {
                _current = id;
            }

            _keys.Add(id, key);
        }
    }

    /// <summary>Reads the key file.</summary>
    /// <exception cref="BadSettingException">It is missing, empty or malformed; the sentence names the setting and never the content.</exception>
    public static MasterKeys Read(string path, IRandomness randomness)
    {
        if (!File.Exists(path))
        {
            throw new BadSettingException($"Paypro__MasterKeyFile: the file '{path}' does not exist.");
        }

        var keys = new List<(string, byte[])>();
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var key = new byte[32];
            if (parts.Length != 2 || !Convert.TryFromBase64String(parts[1], key, out var length) || length != 32)
            {
                throw new BadSettingException($"Paypro__MasterKeyFile: every line of '{path}' must be an id, a blank and 32 bytes in base64.");
            }

            keys.Add((parts[0], key));
        }

        return keys.Count > 0 ? new(keys, randomness) : throw new BadSettingException($"Paypro__MasterKeyFile: '{path}' holds no key.");
    }

    /// <summary>A sandbox makes its own key beside its database; readable by its owner only.</summary>
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

            try
            {
                using var writer = new StreamWriter(path, options);
                writer.WriteLine($"k1 {Convert.ToBase64String(key)}");
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another node of this sandbox made it first.
            }
        }

        return Read(path, randomness);
    }

    /// <summary>A key made of a seed, for tests and simulations.</summary>
    public static MasterKeys ForTests(IRandomness randomness) => new([("test", SHA256.HashData("test"u8))], randomness);

    public (string KeyId, byte[] Sealed) Seal(ReadOnlySpan<byte> plain, string boundTo)
    {
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        _randomness.Fill(nonce);
        using var aes = new AesGcm(_keys[_current], TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(boundTo));
        return (_current, sealedBytes);
    }

    /// <exception cref="CryptographicException">The row was tampered with or belongs to somebody else, or its key is gone.</exception>
    public byte[] Open(string keyId, ReadOnlySpan<byte> sealedBytes, string boundTo)
    {
        if (!_keys.TryGetValue(keyId, out var key) || sealedBytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException($"Sealed with master key '{keyId}', which this installation does not have, or cut short.");
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(boundTo));
        return plain;
    }

    /// <summary>A key for one purpose, derived from the oldest master key so that rotation does not change it.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _keys.Last().Value, 32, info: Encoding.UTF8.GetBytes(purpose));
}

/// <summary>A setting that cannot be started with: one sentence that names it.</summary>
internal sealed class BadSettingException(string sentence) : Exception(sentence);
