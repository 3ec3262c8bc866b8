using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>
/// What a transfer's hash covers: the hash before it, the transfer and each of its entries with every column. Whoever changes a
/// booked row has to change the hash of every later one.
/// </summary>
internal static class ChainHash
{
    private const int MostNumbers = 8;

    /// <summary>SHA-256. The transfer's own <see cref="TransferRow.Hash"/> is not read; entries come in the order of their legs.</summary>
    public static byte[] Of(ReadOnlySpan<byte> previous, TransferRow transfer, IReadOnlyList<EntryRow> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        var cause = Encoding.UTF8.GetBytes(transfer.Cause);
        var once = Encoding.UTF8.GetBytes(transfer.OnceKey ?? "");

        // The lengths stand before the texts: no letter can move from one to the other.
        Append(hash, transfer.Bucket, transfer.TransferNo, (short)transfer.Type, transfer.OrderId, transfer.BookedAtMs, entries.Count, cause.Length, once.Length);
        hash.AppendData(cause);
        hash.AppendData(once);
        foreach (var entry in entries)
        {
            Append(
                hash, entry.AccountId, entry.Sequence, entry.Leg, entry.AmountMinor, entry.BalanceAfterMinor, entry.BookedAtMs, entry.ValueDate, entry.DueDate);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, params ReadOnlySpan<long> numbers)
    {
        Span<long> bigEndian = stackalloc long[MostNumbers];
        for (var i = 0; i < numbers.Length; i++)
        {
            bigEndian[i] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(numbers[i]) : numbers[i];
        }

        hash.AppendData(MemoryMarshal.AsBytes(bigEndian[..numbers.Length]));
    }
}
