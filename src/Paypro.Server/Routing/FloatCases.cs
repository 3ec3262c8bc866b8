using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// Looks after the pots: what became of the sends that are counted, and whether a person has to know that money is short, a balance old, an account stopped or a
/// payout parked. A case is resolved when its trouble is gone; whatever is well at this process's first look is resolved too, since it may have been raised
/// before a restart.
/// </summary>
internal sealed class FloatCases(IContexts contexts, SnapshotStore snapshots, PotReadings readings, RaiseCases cases, PayproOptions options, TimeProvider time)
{
    public const string Low = "float-low";
    public const string Out = "float-out";
    public const string Stale = "float-stale";
    public const string Stopped = "float-stopped";
    public const string Parked = "payouts-parked";

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>How often a case that is open already says how many orders wait by now.</summary>
    private const long AgainAfterMs = 600_000;

    /// <summary>What was last said of each subject: the text of its case, empty when it is well.</summary>
    private readonly Dictionary<(string Kind, string Subject), (string Text, long AtMs)> _said = [];

    /// <summary>One turn; three small looks while no account has a pot.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var snapshot = snapshots.Current;
        await using var context = contexts.Create();
        foreach (var accountId in await context.ChannelPotSends.Where(s => s.SettledAtMs == 0).Select(s => s.ChannelAccountId).Distinct().ToListAsync(cancellation))
        {
            await readings.SettleAsync(accountId);
        }

        var pots = await context.ChannelPots.AsNoTracking().ToListAsync(cancellation);
        var parked = (await (
            from timer in context.Timers.Where(t => Buckets.All.Contains(t.Bucket) && t.Work == TimerWork.Parked)
            join order in context.Orders.Where(o => Buckets.All.Contains(o.Bucket)) on new { timer.Bucket, Id = timer.OrderId } equals new { order.Bucket, order.Id }
            join attempt in context.Attempts.Where(a => Buckets.All.Contains(a.Bucket)) on new { timer.Bucket, timer.OrderId, timer.AttemptNo } equals new { attempt.Bucket, attempt.OrderId, attempt.AttemptNo }
            group order.AmountMinor by new { timer.ChannelAccountId, attempt.Direction, attempt.Way } into g
            select new { g.Key.ChannelAccountId, g.Key.Direction, g.Key.Way, Count = g.Count(), SumMinor = g.Sum() }).ToListAsync(cancellation)).ToLookup(g => g.ChannelAccountId);
        foreach (var pot in pots)
        {
            if (snapshot.Accounts.TryGetValue(pot.ChannelAccountId, out var offer) && !offer.IsResting(time.NowMs()))
            {
                await LookAsync(offer, pot, pots.Where(p => p.ChannelAccountId == pot.ChannelAccountId && p.Source == BalanceSource.Rail).Select(p => p.ToldAtMs).DefaultIfEmpty(0).Max());
            }
        }

        // A pot that was taken away has no trouble any more.
        var subjects = pots.Select(p => p.Subject()).ToHashSet(StringComparer.Ordinal);
        foreach (var (kind, subject) in _said.Where(s => s.Key.Kind != Parked && s.Value.Text.Length > 0 && !subjects.Contains(s.Key.Subject)).Select(s => s.Key).ToList())
        {
            await SayAsync(kind, subject, CaseSeverity.Today, "");
        }

        var withParked = _said.Where(s => s.Key.Kind == Parked).Select(s => long.Parse(s.Key.Subject, CultureInfo.InvariantCulture));
        foreach (var offer in pots.Select(p => p.ChannelAccountId).Concat(parked.Select(g => g.Key)).Concat(withParked).Distinct().Select(id => snapshot.Accounts.GetValueOrDefault(id)).OfType<AccountOffer>().ToList())
        {
            var all = parked[offer.Account.Id].ToList();
            FloatMeter.SawParked(offer.Account.Id, all.Sum(g => g.Count), all.Sum(g => g.SumMinor));

            // What waits for its way to open in the morning is no trouble.
            var waiting = all.Where(g => !offer.Open || offer.IsRecovering || offer.ClosedUntilMs(g.Direction, g.Way, time.NowMs()) is null).ToList();
            var (count, sum) = (waiting.Sum(g => g.Count), Float.Text(waiting.Sum(g => g.SumMinor), Currency.Get(offer.Account.Currency)));
            await SayAsync(
                Parked, Subject(offer), CaseSeverity.Now, count == 0 || (!offer.IsRecovering && offer.Maintenance.Any(w => w.IsNow(time.NowMs()))) ? ""
                    : offer.IsRecovering ? $"{count} payouts and refunds, {sum} together, wait at channel account {Subject(offer)}, which is in recovery after a restore. They wait until two people have ended it."
                    : !offer.Open ? $"{count} payouts and refunds, {sum} together, wait at channel account {Subject(offer)}, which is closed. Each fails {options.Float.ParkedHours} hours after it was parked."
                    : $"{count} payouts and refunds, {sum} together, wait for money of ours at channel account {Subject(offer)}. Each fails {options.Float.ParkedHours} hours after it was parked.");
        }

        return false;
    }

    /// <param name="offer">The channel account.</param>
    /// <param name="pot">Its pot.</param>
    /// <param name="railToldAtMs">When its rail last told any balance that counts; 0 = never. Unix milliseconds UTC.</param>
    private async Task LookAsync(AccountOffer offer, ChannelPotRow pot, long railToldAtMs)
    {
        var (nowMs, currency, name) = (time.NowMs(), Currency.Get(offer.Account.Currency), $"Pot {pot.Pot} of channel account {Subject(offer)}");
        FloatMeter.Saw(pot.ChannelAccountId, pot.Pot, pot.SpendableMinor());
        var level = pot.Level();
        var left = $"{name}: {Float.Text(pot.SpendableMinor() ?? 0, currency)} can be sent"
            + (pot.HoursLeft(nowMs) is { } hours ? string.Create(CultureInfo.InvariantCulture, $", enough for {hours:0.0} hours at the pace of the last hours.") : "; nothing was sent in the last hours.");
        await SayAsync(Low, pot.Subject(), CaseSeverity.Today, level == FloatLevel.Enough ? "" : left);
        await SayAsync(Out, pot.Subject(), CaseSeverity.Now, level == FloatLevel.Out ? left : "");

        // A pot that its rail does not tell is not missed while it tells another one.
        var knownAtMs = pot.ToldAtMs > 0 ? pot.ToldAtMs : Math.Max(pot.CreatedAtMs, railToldAtMs);
        var isOld = offer.Session is IBalances && nowMs - knownAtMs > options.Float.TooOldMinutes * 60_000L;
        await SayAsync(Stale, pot.Subject(), CaseSeverity.Today, isOld ? $"{name}: its rail has told no balance for more than {options.Float.TooOldMinutes} minutes. " + (pot.ToldAtMs > 0 ? "What was told last still counts, less what was sent since." : "None is known, so it is sent from without looking.") : "");
        await SayAsync(
            Stopped, pot.Subject(), CaseSeverity.Now, pot.StoppedAtMs == 0 ? ""
                : $"{name}: its rail said that our money is used up. Nothing is sent from it until {(pot.ToldAtMs > 0 ? "a new balance is told" : "a payout that is tried now and then is taken")}.");
    }

    /// <summary>Raises a case when there is something new to say, and resolves it when there is nothing.</summary>
    private async Task SayAsync(string kind, string subject, CaseSeverity severity, string text)
    {
        var (nowMs, isKnown) = (time.NowMs(), _said.TryGetValue((kind, subject), out var said));
        var isOpen = isKnown && said.Text.Length > 0;
        if (text.Length > 0 && (!isOpen || (text != said.Text && nowMs - said.AtMs >= AgainAfterMs)))
        {
            await cases.RaiseAsync(kind, subject, text, severity);
        }
        else if (text.Length == 0 && (!isKnown || isOpen))
        {
            await cases.EndAsync(kind, subject, "It is over by itself.");
        }
        else
        {
            return;
        }

        _said[(kind, subject)] = (text, nowMs);
    }

    private static string Subject(AccountOffer offer) => offer.Account.Id.ToString(CultureInfo.InvariantCulture);
}
