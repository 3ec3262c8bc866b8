using System.Collections.Concurrent;
using System.Globalization;

namespace Paypro.Channels.Sandbox;

/// <summary>The bank's door: which calls it lets in. It gives out tokens, of which the newest alone counts, and takes no more calls than it says.</summary>
internal sealed class SandboxDoor(ISandboxRail rail, TimeProvider time)
{
    /// <summary>The row of the account's token in the bank's memory; its sends count the tokens given out.</summary>
    public const string TokenRow = "token";

    /// <summary>A second is this long at the bank: calls that began a second apart may arrive a little closer.</summary>
    private const long SecondMs = 900;

    private readonly ConcurrentDictionary<(long Account, bool IsSend), Queue<long>> calls = [];

    /// <summary>A new token; the former ends. It begins with <paramref name="value"/> and is never given out twice.</summary>
    public async Task<RailToken> GiveTokenAsync(ChannelAccount account, string value, CancellationToken limit)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var expiresAtMs = nowMs + SandboxSettings.TokenLife(account);
        var token = value;
        await rail.ChangeAsync(account.Id, Direction.Payout, TokenRow, found =>
        {
            var row = found ?? SandboxBank.Fresh(account, Direction.Payout, TokenRow, 0, account.Currency, nowMs);
            token = string.Create(CultureInfo.InvariantCulture, $"{value}-{row.Sends + 1}");
            return row with { Sends = row.Sends + 1, InstructionKind = TokenRow, InstructionValue = string.Create(CultureInfo.InvariantCulture, $"{token}|{expiresAtMs}") };
        }, limit).ConfigureAwait(false);
        return new RailToken(token, expiresAtMs);
    }

    /// <summary>Whether the token counts: the last one given out, and not ended.</summary>
    public async Task<bool> TakesAsync(ChannelAccount account, RailToken token, CancellationToken limit) =>
        await rail.FindAsync(account.Id, Direction.Payout, TokenRow, limit).ConfigureAwait(false) is { } row
        && row.InstructionValue.Split('|') is [var value, var ends]
        && value == token.Value
        && time.GetUtcNow().ToUnixTimeMilliseconds() < long.Parse(ends, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Counts a call; false when it is one too many. Each process counts for itself.</summary>
    public bool HasRoomFor(ChannelAccount account, bool isSend)
    {
        var most = SandboxSettings.PerSecond(account, isSend);
        if (most == 0)
        {
            return true;
        }

        var recent = calls.GetOrAdd((account.Id, isSend), _ => []);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (recent)
        {
            while (recent.TryPeek(out var oldest) && (oldest <= nowMs - SecondMs || oldest > nowMs))
            {
                recent.Dequeue();
            }

            if (recent.Count >= most)
            {
                return false;
            }

            recent.Enqueue(nowMs);
            return true;
        }
    }
}
