using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>
/// A merchant's withdrawals. Each step is a row's change with its line in the audit log, which says what the ledger has still to do; the ledger does it once, and whoever
/// finds it undone does it. One is paid by hand in the bank's own pages or goes by a rail, as two people decide; its state says which, and it never changes from one to the other.
/// </summary>
internal sealed class Withdrawals(AuditedStore store, IContexts contexts, BatchWriter writer, WithdrawalByRail rails, SnapshotStore snapshots, RaiseCases cases, IdSource ids, TimeProvider time, ILogger<Withdrawals> log)
{
    public const string Owes = "amount: nothing can be withdrawn while you owe the operator", TooMuch = "amount: is more than is available";

    /// <summary>The case of a withdrawal whose next move the ledger does not take.</summary>
    public const string StuckCase = "withdrawal-stuck";

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private const int Portion = 50;

    /// <summary>Those that a case was raised about since this process began: they are tried again each turn.</summary>
    private readonly HashSet<long> _stuck = [];

    public static string SubjectOf(WithdrawalRow row) => string.Create(CultureInfo.InvariantCulture, $"withdrawal:{row.Id}");

    /// <summary>Asks for a withdrawal and reserves its money.</summary>
    /// <param name="by">Who.</param>
    /// <param name="merchantNo">Whose.</param>
    /// <param name="destinationId">Where to.</param>
    /// <param name="amountMinor">Minor units.</param>
    /// <param name="scheduleDay">
    /// The local day of the schedule that asks; 0 for a person. The day is taken in the same transaction, whatever comes of it: there is one withdrawal of a day,
    /// and none that a process forgot which ended in between.
    /// </param>
    /// <returns>The withdrawal, or what has to be mended.</returns>
    public async Task<(WithdrawalRow? Row, string? Problem)> RequestAsync(Actor by, long merchantNo, long destinationId, long amountMinor, int scheduleDay = 0)
    {
        WithdrawalRow? row = null;
        var problem = await store.SaveAsync<string?>(async (context, trail) =>
        {
            if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } merchant)
            {
                return "merchantNo: there is no such merchant";
            }

            if (scheduleDay != 0 && await context.WithdrawalSchedules.Where(s => s.MerchantNo == merchantNo && s.LastDay < scheduleDay)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.LastDay, scheduleDay)) == 0)
            {
                return "schedule: this day was taken already";
            }

            if (await ProblemAsync(context, merchant, destinationId, amountMinor, time.NowMs()) is { } refused)
            {
                return refused;
            }

            row = new WithdrawalRow
            {
                Id = ids.Next(), MerchantNo = merchantNo, Bucket = merchant.Bucket, DestinationId = destinationId, Currency = merchant.Currency, AmountMinor = amountMinor, State = WithdrawalState.Requested,
                Wants = WithdrawalMove.Reserve, MadeBy = by.Text, MadeAtMs = time.NowMs(), ScheduleDay = scheduleDay,
            };
            context.Withdrawals.Add(row);
            trail.Add(by, "withdrawal.request", SubjectOf(row), after: new { row.MerchantNo, row.DestinationId, row.AmountMinor, row.ScheduleDay }, chain: merchant.Bucket);
            return null;
        });
        if (row is null || problem is not null)
        {
            return (null, problem);
        }

        await MoveAsync(row);
        await using var context = contexts.Create();
        var now = await context.Withdrawals.AsNoTracking().SingleAsync(w => w.Id == row.Id);
        return (now, now.State == WithdrawalState.Refused ? now.Outcome : null);
    }

    /// <summary>Gives a withdrawal up that was not approved: by the merchant's people, or the operator's. The operator's also one that shall go by a rail and for which no order could be made yet.</summary>
    /// <param name="by">Who.</param>
    /// <param name="id">Which.</param>
    /// <param name="merchantNo">Only of this merchant; 0 for the operator.</param>
    /// <param name="reason">Why.</param>
    /// <param name="also">What is stored in the same transaction.</param>
    /// <returns>What has to be mended; null when it is given up.</returns>
    public async Task<string?> GiveUpAsync(Actor by, long id, long merchantNo, string reason, Action<PayproContext, WithdrawalRow>? also = null)
    {
        WithdrawalRow? row = null;
        var problem = await store.SaveAsync<string?>(async (context, trail) =>
        {
            row = await context.Withdrawals.SingleOrDefaultAsync(w => w.Id == id && (merchantNo == 0 || w.MerchantNo == merchantNo));
            if (row is null)
            {
                return "withdrawal: there is no such withdrawal";
            }

            // The row's condition decides between this and two people who approve it at the same moment.
            if (await context.Withdrawals.Where(w => w.Id == id && ((w.State == WithdrawalState.Waits && w.Wants == WithdrawalMove.None) || (merchantNo == 0 && w.State == WithdrawalState.Sending && w.Wants == WithdrawalMove.Send)))
                .ExecuteUpdateAsync(s => s.SetProperty(w => w.State, WithdrawalState.Refused).SetProperty(w => w.Wants, WithdrawalMove.Void)) == 0)
            {
                return "withdrawal: only one that waits for approval can be given up";
            }

            (row.State, row.Wants, row.DecidedBy, row.DecidedAtMs, row.Outcome) = (WithdrawalState.Refused, WithdrawalMove.Void, by.Text, time.NowMs(), OutsideText.Line(reason, 300));
            trail.Add(by, "withdrawal.give-up", SubjectOf(row), reason: reason, chain: row.Bucket);
            also?.Invoke(context, row);
            return null;
        });
        if (problem is null)
        {
            await MoveAsync(row!);
        }

        return problem;
    }

    /// <summary>One turn: does what the ledger has still to do. One that it does not take keeps none of the others back.</summary>
    /// <returns>False: all of them were looked at.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<WithdrawalRow> waiting;
        long after = 0;
        do
        {
            await using (var context = contexts.Create())
            {
                waiting = await context.Withdrawals.AsNoTracking().Where(w => w.Wants != WithdrawalMove.None && w.Id > after).OrderBy(w => w.Id).Take(Portion).ToListAsync(cancellation);
            }

            foreach (var row in waiting)
            {
                after = row.Id;
                try
                {
                    await MoveAsync(row);
                    _stuck.Remove(row.Id);
                }
                catch (LedgerException error) when (_stuck.Add(row.Id))
                {
                    await cases.RaiseAsync(
                        StuckCase, row.Id.ToString(CultureInfo.InvariantCulture),
                        row.Wants == WithdrawalMove.Send ? $"Withdrawal {row.Id} cannot be sent by its rail: {error.Message} It is tried again; its money stays reserved."
                            : $"The ledger does not take what withdrawal {row.Id} wants next ({row.Wants}): {error.Message} It is tried again.");
                }
                catch (LedgerException error)
                {
                    log.LogDebug(error, "Withdrawal {Withdrawal} is still not taken", row.Id);
                }
            }
        }
        while (waiting.Count == Portion);

        return false;
    }

    /// <summary>Books the move that a withdrawal wants; again it changes nothing.</summary>
    /// <exception cref="LedgerException">The ledger does not take it, or no order of it can be made now.</exception>
    public async Task MoveAsync(WithdrawalRow row)
    {
        if (row.Wants == WithdrawalMove.Send)
        {
            await SendAsync(row);
            return;
        }

        var nowMs = time.NowMs();
        var refused = await writer.WriteAsync(new MoveWithdrawal(row, nowMs, snapshots.Current.ValueDate(await CountryOfAsync(row), nowMs)));
        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            var outcome = OutsideText.Line(refused ?? row.Outcome, 300);

            // Its order was there first: it goes its way, and says itself what becomes of it.
            var isSent = refused == MoveWithdrawal.Sent;
            var (wants, state) = (isSent ? WithdrawalMove.Send : WithdrawalMove.None, isSent ? WithdrawalState.Sending
                : row.Wants != WithdrawalMove.Reserve ? row.State : refused is null ? WithdrawalState.Waits : WithdrawalState.Refused);
            return await context.Withdrawals.Where(w => w.Id == row.Id && w.Wants == row.Wants)
                .ExecuteUpdateAsync(s => s.SetProperty(w => w.Wants, wants).SetProperty(w => w.State, state).SetProperty(w => w.Outcome, isSent ? "" : outcome));
        });
    }

    /// <summary>
    /// Makes the order of one that shall go by a rail. A node that ends after it and before the row says so leaves both as they are: whoever comes next finds the order.
    /// </summary>
    private async Task SendAsync(WithdrawalRow row)
    {
        var (number, problem) = await rails.SendAsync(row);
        if (problem.Length > 0)
        {
            throw new LedgerException(problem);
        }

        if (number.Length > 0)
        {
            await writer.InTurnAsync(async () =>
            {
                await using var context = contexts.Create();
                return await context.Withdrawals.Where(w => w.Id == row.Id && w.Wants == WithdrawalMove.Send)
                    .ExecuteUpdateAsync(s => s.SetProperty(w => w.Wants, WithdrawalMove.None).SetProperty(w => w.OrderNumber, number));
            });
        }
    }

    /// <summary>From its row: this node may not have read a new merchant yet.</summary>
    private async Task<string> CountryOfAsync(WithdrawalRow row)
    {
        await using var context = contexts.Create();
        return await context.Merchants.Where(m => m.MerchantNo == row.MerchantNo).Select(m => m.Country).SingleAsync();
    }

    /// <summary>Why a withdrawal cannot be asked for or approved, in a sentence; null when it can.</summary>
    /// <param name="context">The database.</param>
    /// <param name="merchant">Whose.</param>
    /// <param name="destinationId">Where to.</param>
    /// <param name="amountMinor">What has still to be available, minor units; 0 for one that is reserved.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    internal static async Task<string?> ProblemAsync(PayproContext context, MerchantRow merchant, long destinationId, long? amountMinor, long nowMs)
    {
        var currency = Protocol.Currency.Get(merchant.Currency);
        var destination = await context.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Id == destinationId && d.MerchantNo == merchant.MerchantNo);
        var (available, receivable) = (AccountId.Merchant(merchant.Bucket, merchant.MerchantNo, AccountKind.Available, currency).Id, AccountId.Merchant(merchant.Bucket, merchant.MerchantNo, AccountKind.Receivable, currency).Id);
        var balances = await context.Accounts.Where(a => a.Bucket == merchant.Bucket && (a.Id == available || a.Id == receivable)).ToDictionaryAsync(a => a.Id, a => a.BalanceMinor);
        return destination is null ? "destination: there is no such destination"
            : destination.State == DestinationState.Closed ? "destination: was taken away"
            : destination.State != DestinationState.Confirmed ? "destination: the operator has not confirmed it yet"
            : destination.UsableFromMs > nowMs ? "destination: can be used 24 hours after it was confirmed"
            : amountMinor <= 0 ? "amount: must be above zero"
            : balances.GetValueOrDefault(receivable) != 0 ? Owes
            : amountMinor > balances.GetValueOrDefault(available) ? TooMuch
            : null;
    }
}
