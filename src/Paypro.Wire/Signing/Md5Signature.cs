using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Protocol.Signing;

/// <summary>
/// The documented signature: all members but <c>sign</c> whose text is not empty, sorted by name (ordinal), joined as
/// <c>name=value</c> without separators, the secret appended, one round of MD5, lower-case hex. A value's text is its literal
/// as sent, so <c>30000</c> and <c>30000.0</c> sign differently.
/// </summary>
public static class Md5Signature
{
    /// <summary>Length of a signature's text.</summary>
    public const int HexLength = 32;

    private const int StackLimit = 1024;

    private static ReadOnlySpan<byte> SignName => "sign"u8;

    /// <summary>Signs a body, <c>null</c> members left out.</summary>
    /// <returns>32 lower-case hex digits.</returns>
    public static string Compute(FlatBody body, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        Hash(body, secret, nullAsText: false, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Signs members that are not a body yet; null and empty values are left out.</summary>
    /// <returns>32 lower-case hex digits.</returns>
    public static string Compute(IEnumerable<KeyValuePair<string, string?>> members, ReadOnlySpan<byte> secret)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            if (name != "sign" && !string.IsNullOrEmpty(value))
            {
                text.Append(name).Append('=').Append(value);
            }
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        hash.AppendData(secret);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Checks the body's own member <c>sign</c>.</summary>
    public static bool Verify(FlatBody body, ReadOnlySpan<byte> secret) =>
        body.TryGet(SignName, out var sign) && Verify(body, sign.Literal, secret);

    /// <summary>
    /// Checks a signature in constant time, in either letter case. A body with <c>null</c> members may have been signed without
    /// them or, as the original's Java sample does, with the text <c>null</c>.
    /// </summary>
    /// <param name="body">The body; a member <c>sign</c> in it is left out.</param>
    /// <param name="sign">The signature's hex text, from the body or, where the operation has it there, from the header.</param>
    /// <param name="secret">The key's secret, UTF-8.</param>
    public static bool Verify(FlatBody body, ReadOnlySpan<byte> sign, ReadOnlySpan<byte> secret)
    {
        Span<byte> given = stackalloc byte[MD5.HashSizeInBytes];
        if (sign.Length != HexLength || Convert.FromHexString(sign, given, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[MD5.HashSizeInBytes];
        var hadNull = Hash(body, secret, nullAsText: false, expected);
        if (CryptographicOperations.FixedTimeEquals(given, expected))
        {
            return true;
        }

        if (!hadNull)
        {
            return false;
        }

        Hash(body, secret, nullAsText: true, expected);
        return CryptographicOperations.FixedTimeEquals(given, expected);
    }

    /// <summary>The text that is signed, without the secret that follows it; <c>null</c> members left out.</summary>
    public static string TextOf(FlatBody body)
    {
        Span<byte> order = stackalloc byte[FlatBody.MaxMembers];
        var (count, length) = Sort(body, nullAsText: false, order, out _);
        var text = new byte[length];
        Join(body, order[..count], [], text);
        return Encoding.UTF8.GetString(text);
    }

    /// <summary>
    /// Whether the text that is signed holds a name and its equals sign anywhere, also inside a value: the text has no separators, so
    /// that whoever sends it again may split it there.
    /// </summary>
    public static bool CouldSign(FlatBody body, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> part = [.. name, (byte)'='];
        Span<byte> order = stackalloc byte[FlatBody.MaxMembers];
        foreach (var nullAsText in (ReadOnlySpan<bool>)[false, true])
        {
            var (count, length) = Sort(body, nullAsText, order, out var hadNull);
            var text = ArrayPool<byte>.Shared.Rent(length);
            Join(body, order[..count], [], text);
            var found = text.AsSpan(0, length).IndexOf(part) >= 0;
            ArrayPool<byte>.Shared.Return(text, clearArray: true);
            if (found || !hadNull)
            {
                return found;
            }
        }

        return false;
    }

    /// <returns>Whether a <c>null</c> was met.</returns>
    private static bool Hash(FlatBody body, ReadOnlySpan<byte> secret, bool nullAsText, Span<byte> hash)
    {
        Span<byte> order = stackalloc byte[FlatBody.MaxMembers];
        var (count, length) = Sort(body, nullAsText, order, out var hadNull);
        length += secret.Length;
        byte[]? rented = null;
        var text = length <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(length));
        Join(body, order[..count], secret, text);
        MD5.HashData(text[..length], hash);
        CryptographicOperations.ZeroMemory(text[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hadNull;
    }

    /// <summary>The signed members in the order of their names, and the length of their text.</summary>
    private static (int Count, int Length) Sort(FlatBody body, bool nullAsText, Span<byte> order, out bool hadNull)
    {
        hadNull = false;
        var (count, length) = (0, 0);
        for (var index = 0; index < body.Count; index++)
        {
            var member = body[index];
            var isNull = member.Kind == ValueKind.Null;
            hadNull |= isNull;
            if (member.Literal.IsEmpty || (isNull && !nullAsText) || member.Name.SequenceEqual(SignName))
            {
                continue;
            }

            Insert(body, order[..(count + 1)], (byte)index);
            count++;
            length += member.Name.Length + 1 + member.Literal.Length;
        }

        return (count, length);
    }

    private static void Join(FlatBody body, ReadOnlySpan<byte> order, ReadOnlySpan<byte> secret, Span<byte> text)
    {
        var at = 0;
        foreach (var index in order)
        {
            var member = body[index];
            member.Name.CopyTo(text[at..]);
            at += member.Name.Length;
            text[at++] = (byte)'=';
            member.Literal.CopyTo(text[at..]);
            at += member.Literal.Length;
        }

        secret.CopyTo(text[at..]);
    }

    /// <summary>Inserts into the sorted front of <paramref name="order"/>, whose last place is free.</summary>
    private static void Insert(FlatBody body, Span<byte> order, byte index)
    {
        var at = order.Length - 1;
        for (; at > 0 && Compare(body[order[at - 1]].Name, body[index].Name) > 0; at--)
        {
            order[at] = order[at - 1];
        }

        order[at] = index;
    }

    /// <summary>
    /// Ordinal as Java and .NET mean it: by UTF-16 unit. UTF-8 bytes sort alike until a character beyond U+FFFF comes, which needs
    /// a name that is not ASCII.
    /// </summary>
    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Ascii.IsValid(left) && Ascii.IsValid(right)
            ? left.SequenceCompareTo(right)
            : string.CompareOrdinal(Encoding.UTF8.GetString(left), Encoding.UTF8.GetString(right));
}
