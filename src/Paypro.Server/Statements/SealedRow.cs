using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>A row with something sealed in it.</summary>
/// <param name="KeyId">The master key that seals it.</param>
/// <param name="Sealed">Nonce, tag and ciphertext.</param>
/// <param name="BoundTo">What it may be bound to; one of them is right.</param>
/// <param name="SaveAsync">Stores it sealed anew if it is still what was read; the rows that were changed.</param>
internal sealed record SealedRow(
    string KeyId, byte[] Sealed, IEnumerable<string> BoundTo, Func<PayproContext, (string KeyId, byte[] Sealed), CancellationToken, Task<int>> SaveAsync);

/// <summary>What became of rows that another key than the first had sealed.</summary>
/// <param name="Count">Sealed anew.</param>
/// <param name="Unreadable">Opened by no key of the file, or changed past the program: left as they are.</param>
/// <param name="Missed">Changed by a node meanwhile: the next pass looks at them again.</param>
internal readonly record struct Resealed(long Count, long Unreadable, long Missed)
{
    public static Resealed operator +(Resealed one, Resealed other) =>
        new(one.Count + other.Count, one.Unreadable + other.Unreadable, one.Missed + other.Missed);
}
