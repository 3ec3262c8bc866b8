using System.Diagnostics.Metrics;
using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>
/// Takes the rails' callbacks. Everything that an authentic one says is applied, and stored, before the rail is answered; when that fails, or
/// when a return waits for its payment, the answer is 503, so that the rail comes again. A refused one changes nothing and is counted; its
/// content is never logged.
/// </summary>
internal sealed class ChannelCallbacks(
    SnapshotStore snapshots, RailStatements statements, RailHints hints, ReadBalances balances, LastCallbacks last, MasterKeys keys, IdSource ids, TimeProvider time, ILogger<ChannelCallbacks> log)
{
    public const string MeterName = "Paypro.Callbacks";

    /// <summary>The largest body, in bytes.</summary>
    public const int BodyAtMostBytes = 64 * 1024;

    private static readonly ChannelAnswer ComeAgain = new(503);

    /// <summary>As a forged one is answered: whether there is such an account is nobody's business.</summary>
    private static readonly ChannelAnswer NotAuthentic = new(401);

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Taken = Meter.CreateCounter<long>("paypro.callbacks", "{callback}", "Callbacks from channels, by what became of them");

    private readonly LogSample _refusals = new(time);

    /// <summary>Counts nothing of the outcomes that somebody has to look at, of each account.</summary>
    public static void CountFromZero(IEnumerable<long> accountIds)
    {
        foreach (var id in accountIds)
        {
            foreach (var outcome in (string[])["refused", "unusable-account", "failed", "waiting"])
            {
                Count(id, outcome, ComeAgain, of: 0);
            }
        }
    }

    /// <summary>The number of the account that a key of an address belongs to; null for a key that nobody was given.</summary>
    public long? AccountOf(string key) => snapshots.Current.AccountsByCallbackKey.TryGetValue(key, out var id) ? id : null;

    /// <summary>What the text of a callback is bound to.</summary>
    public static string BoundTo(long channelAccountId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"statement-body:{channelAccountId}");

    /// <param name="account">Whose address was called; null when nobody has it.</param>
    /// <param name="request">What came.</param>
    public async Task<ChannelAnswer> TakeAsync(long? account, CallbackRequest request)
    {
        if (account is not { } channelAccountId)
        {
            return Count(0, "unknown-account", NotAuthentic);
        }

        try
        {
            // A closed account takes no new orders, but its rail still speaks of the old ones. One that is left out for a fault of ours
            // cannot be read at present: its rail comes again.
            var snapshot = snapshots.Current;
            if (!snapshot.Accounts.TryGetValue(channelAccountId, out var offer))
            {
                return snapshot.Unusable.ContainsKey(channelAccountId)
                    ? Count(channelAccountId, "unusable-account", ComeAgain)
                    : Count(channelAccountId, "unknown-account", NotAuthentic);
            }

            if (offer.Session is not ICallbacks callbacks)
            {
                return Count(channelAccountId, "not-offered", NotAuthentic);
            }

            var reading = callbacks.ReadCallback(request);
            var answer = await ApplyAsync(offer, reading, request);
            if (reading is not CallbackReading.Refused)
            {
                await last.NoteAsync(channelAccountId);
            }

            return answer;
        }
#pragma warning disable CA1031 // Whatever went wrong, the rail has to come again; it is logged here and nowhere told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "A callback to channel account {AccountId} could not be applied; the rail is asked to repeat it", channelAccountId);
            return Count(channelAccountId, "failed", ComeAgain);
        }
    }

    // Without the caller's token everywhere: a rail that hangs up has still told us.
    private async Task<ChannelAnswer> ApplyAsync(AccountOffer offer, CallbackReading reading, CallbackRequest request)
    {
        var id = offer.Account.Id;
        switch (reading)
        {
            case CallbackReading.Statements { Observations.Count: 0 } nothing:
                return Count(id, "nothing", nothing.Answer([]));
            case CallbackReading.Statements { IfNobodys: { } sendBack } nobodys when await statements.AreNobodysAsync(offer, nobodys.Observations, CancellationToken.None):
                return Count(id, "sent-back", sendBack);
            case CallbackReading.Statements said:
                var results = await statements.ApplyAsync(offer, said.Observations, Keep(id, request), CancellationToken.None);
                return results.Contains(ApplyResult.Waiting)
                    ? Count(id, "waiting", ComeAgain)
                    : Count(id, "applied", said.Answer([.. results.Select(ResultOf)]));
            case CallbackReading.Hint hint:
                return await hints.TakeAsync(offer, hint.About, Keep(id, request)) ? Count(id, "hint", hint.Answer) : Count(id, "hint-open", ComeAgain);
            case CallbackReading.Question question:
                return Count(id, "question", question.Answer(await hints.OrderOfAsync(offer, question)));
            case CallbackReading.Balances told:
                await balances.ToldAsync(offer, told.Mark, told.Told);
                return Count(id, "balance", told.Answer);
            case CallbackReading.Reply reply:
                return Count(id, "reply", reply.Answer);
            case CallbackReading.Refused refused:
                if (_refusals.Takes(id.ToString(CultureInfo.InvariantCulture), out var count))
                {
                    log.LogWarning(
                        "A callback to channel account {AccountId} was refused with {Status}: {Reason} ({Count} since this was last said)",
                        id, refused.Answer.Status, RailTexts.Reason(refused.Reason), count);
                }

                return Count(id, "refused", refused.Answer);
            default:
                throw new InvalidOperationException($"{reading?.GetType().Name} is no reading of a callback.");
        }
    }

    private static StatementResult ResultOf(ApplyResult result) => result switch
    {
        ApplyResult.Suspense => StatementResult.Suspense,
        ApplyResult.Contradiction or ApplyResult.Refused => StatementResult.Case,
        ApplyResult.Waiting => StatementResult.Waiting,
        _ => StatementResult.Applied,
    };

    /// <summary>The text as it came, to be looked at when something is not clear.</summary>
    private StatementBodyRow Keep(long channelAccountId, CallbackRequest request)
    {
        var id = ids.Next();
        var (keyId, sealedBytes) = keys.Seal(request.Body.Span, BoundTo(channelAccountId));
        return new StatementBodyRow { Id = id, MasterKeyId = keyId, Sealed = sealedBytes };
    }

    private static ChannelAnswer Count(long channelAccountId, string outcome, ChannelAnswer answer, int of = 1)
    {
        Taken.Add(of, new("account", outcome == "unknown-account" ? 0L : channelAccountId), new KeyValuePair<string, object?>("outcome", outcome));
        return answer;
    }
}
