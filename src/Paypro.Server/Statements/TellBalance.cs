using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// A person tells what a pot holds, for rails that tell it nowhere but in their own pages. What lets more be sent than before needs two people; what lets less
/// be sent is done at once by one.
/// </summary>
internal sealed class TellBalance(
    IContexts contexts, SnapshotStore snapshots, Pots pots, PotReadings readings, ParkedSignal parked, IdSource ids, TimeProvider time)
{
    /// <summary>No pot holds more, minor units.</summary>
    private const long MostMinor = 1_000_000_000_000_000;

    /// <param name="accountId">The channel account.</param>
    /// <param name="pot">Its pot; one that is not there is made, and its balance can be told some minutes later.</param>
    /// <param name="balanceMinor">All that is there, minor units.</param>
    /// <param name="blockedMinor">What of it cannot be sent, minor units.</param>
    /// <param name="atMs">When it was so: within the last hour. Unix milliseconds UTC.</param>
    /// <param name="by">Who says it.</param>
    public async Task<Decided> TellAsync(long accountId, string pot, long balanceMinor, long blockedMinor, long atMs, DecidedBy by)
    {
        if (ProblemOf(accountId, pot, balanceMinor, blockedMinor, atMs) is { } problem)
        {
            return Decided.No(problem);
        }

        await using (var context = contexts.Create())
        {
            if (!await context.ChannelPots.AnyAsync(p => p.ChannelAccountId == accountId && p.Pot == pot))
            {
                await pots.MakeAsync(accountId, [pot]);
                return Decided.No($"pot: this pot was not there and is counted from now on; tell its balance of {PotReadings.NewForMs / 60_000} minutes from now, or later");
            }
        }

        var (said, action) = Said(accountId, pot, balanceMinor, blockedMinor, atMs, by);
        if (await readings.SayAsync(said, action) is { } refusal)
        {
            return Decided.No(refusal);
        }

        parked.Wake();
        return Decided.Yes;
    }

    /// <summary>The same in a transaction of whoever asks, which must not be committed when this says why not. A pot that is not there is not made.</summary>
    public async Task<string?> TellAsync(PayproContext context, long accountId, string pot, long balanceMinor, long blockedMinor, long atMs, DecidedBy by)
    {
        if (ProblemOf(accountId, pot, balanceMinor, blockedMinor, atMs) is { } problem)
        {
            return problem;
        }

        var (said, action) = Said(accountId, pot, balanceMinor, blockedMinor, atMs, by);
        return await readings.SayAsync(context, said, action);
    }

    /// <summary>What of it cannot be, whatever the pot holds; null when nothing is wrong.</summary>
    public string? ProblemOf(long accountId, string pot, long balanceMinor, long blockedMinor, long atMs)
    {
        var nowMs = time.NowMs();
        return !snapshots.Current.Accounts.ContainsKey(accountId) ? "channelAccountId: no channel account has this number"
            : pot.Length is 0 or > PotBalance.MostCharacters || !pot.All(char.IsAsciiLetterOrDigit) ? $"pot: must be 1 to {PotBalance.MostCharacters} letters and digits"
            : balanceMinor is < 0 or > MostMinor || blockedMinor < 0 || blockedMinor > balanceMinor ? "balanceMinor: must be 0 or more, and blockedMinor no more than it"
            : atMs > nowMs + PotReadings.ClocksMs || atMs < nowMs - PotReadings.SaidWithinMs ? "at: must be within the last hour"
            : null;
    }

    private (SaidBalance Said, CaseActionRow Action) Said(long accountId, string pot, long balanceMinor, long blockedMinor, long atMs, DecidedBy by)
    {
        var (byTwo, subject) = (by.Approver.Length > 0 && by.Approver != by.Actor, string.Create(CultureInfo.InvariantCulture, $"{accountId}/{pot}"));
        var said = new SaidBalance(accountId, pot, balanceMinor, blockedMinor, atMs, OutsideText.Line(by.Approver.Length == 0 ? by.Actor : $"{by.Actor}, {by.Approver}", 200), byTwo);
        var action = new CaseActionRow
        {
            Bucket = Buckets.Of(subject),
            Id = ids.Next(),
            Action = "balance.tell",
            Actor = OutsideText.Line(by.Actor, OrderChange.DetailLength),
            Approver = OutsideText.Line(by.Approver, OrderChange.DetailLength),
            Evidence = OutsideText.Line(by.Evidence, OrderChange.DetailLength),
            Text = OutsideText.Line(string.Create(CultureInfo.InvariantCulture, $"{subject}: {balanceMinor} minor units, {blockedMinor} blocked. {by.Text}"), OrderChange.DetailLength),
            AtMs = time.NowMs(),
        };
        return (said, action);
    }
}
