using System.Globalization;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Platform;

namespace Paypro.Server.Orders;

/// <summary>An account that money came from.</summary>
/// <param name="Bank">The bank's code of our list; empty when it is not known.</param>
/// <param name="Person">Its number and holder. Never logged.</param>
internal sealed record Sender(string Bank, Person Person)
{
    public override string ToString() => "Sender";
}

/// <summary>Seals the accounts that rails say money came from, each bound to its movement.</summary>
internal sealed class Senders(MasterKeys keys)
{
    /// <summary>Empty when the rail did not tell.</summary>
    public (string KeyId, byte[] Sealed) Seal(long channelAccountId, Observation said) => said.Sender is null
        ? ("", [])
        : keys.Seal(JsonSerializer.SerializeToUtf8Bytes(new Sender(said.SenderBank, said.Sender)), BoundTo(channelAccountId, said.DedupeKey));

    /// <summary>Null when the rail did not tell.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It belongs to another movement, or its key is gone.</exception>
    public Sender? Open(Storage.StatementRow row) => row.SenderSealed.Length == 0
        ? null
        : JsonSerializer.Deserialize<Sender>(keys.Open(row.SenderKeyId, row.SenderSealed, BoundTo(row.ChannelAccountId, row.DedupeKey)));

    /// <summary>What a sender is bound to.</summary>
    public static string BoundTo(long channelAccountId, string dedupeKey) => string.Create(CultureInfo.InvariantCulture, $"sender:{channelAccountId}:{dedupeKey}");
}
