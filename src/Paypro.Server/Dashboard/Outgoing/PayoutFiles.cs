using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>
/// Files of payouts: uploaded and checked, handed in, approved by another person where the policy wants it, then worked off (<see cref="PayoutFileWork"/>). Every step changes
/// the file's state where it was the one before, so that of two clicks one does it.
/// </summary>
internal sealed class PayoutFiles(
    AuditedStore store, SnapshotStore snapshots, PayoutFileReader reader, NewOrder newOrder, MasterKeys keys, IdSource ids, IContexts contexts, PayproOptions options, TimeProvider time)
{
    /// <summary>Rows of one file that may repeat others: each is ticked by a person.</summary>
    public const int MostRepeats = 500;

    private const int LongestName = 100;

    /// <summary>Of all rows of a file together, minor units: far more than is there, and a sum that every engine can add up.</summary>
    private const long MostMinor = 1_000 * AmountReader.MaxMinor;

    /// <summary>Takes a file in. Nothing is reserved yet.</summary>
    /// <returns>Its number, or what is wrong with it.</returns>
    public async Task<(long Id, string? Problem)> UploadAsync(Actor by, OwnMerchant own, string name, byte[] content, char point)
    {
        var snapshot = snapshots.Current;
        if (snapshot.Merchant(own.No) is not { } merchant)
        {
            return (0, UnknownMerchant);
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        await using var context = contexts.Create();
        if (await context.PayoutBatches.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantNo == own.No && b.Hash == hash) is { } same)
        {
            return (same.Id, "file: was uploaded before; the same file is not taken twice");
        }

        var read = reader.Read(snapshot, merchant, content, point, out var problem);
        if (problem is not null)
        {
            return (0, problem);
        }

        var nowMs = time.NowMs();
        var batch = new PayoutBatchRow
        {
            Id = ids.Next(), MerchantNo = own.No, Bucket = merchant.Bucket, Name = OutsideText.Line(name, LongestName), Hash = hash, Point = point.ToString(), State = PayoutFileState.Checked, Lines = read.Count,
            MadeByUserId = by.UserId, MadeBy = by.Text, MadeAtMs = nowMs,
        };
        var lines = read.Select(l => LineOf(merchant, batch.Id, l)).ToList();
        await PayoutRepeats.MarkUsedAsync(context, merchant, lines);
        if (lines.Sum(l => (decimal)l.AmountMinor) > MostMinor)
        {
            return (0, "file: the sum of its rows is more than can be paid; divide it");
        }

        await PayoutRepeats.MarkAsync(context, merchant, batch.Id, lines, nowMs);
        if (lines.Count(l => l.Repeats.Length > 0) > MostRepeats)
        {
            return (0, TooManyRepeats);
        }

        try
        {
            await store.SaveAsync((saved, trail) =>
            {
                saved.PayoutBatches.Add(batch);
                saved.PayoutLines.AddRange(lines);
                trail.Add(by with { From = by.From with { Form = null } }, "payout-file.upload", SubjectOf(own.No), after: new { file = batch.Id, batch.Name, batch.Lines }, chain: merchant.Bucket);
                return Task.FromResult(true);
            });
        }
        catch (DbUpdateException) when (context.PayoutBatches.Any(b => b.MerchantNo == own.No && b.Hash == hash))
        {
            // The same file at the same moment: the key lets one in.
            var first = await context.PayoutBatches.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantNo == own.No && b.Hash == hash);
            return (first?.Id ?? 0, "file: was uploaded before; the same file is not taken twice");
        }

        return (batch.Id, null);
    }

    /// <summary>Gives a file up that was not handed in. It may be uploaded again.</summary>
    public Task<string?> GiveUpAsync(Actor by, PayoutBatchRow file) => store.SaveAsync(async (context, trail) =>
    {
        if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Checked).ExecuteDeleteAsync() == 0)
        {
            return Moved;
        }

        await context.PayoutLines.Where(l => l.BatchId == file.Id).ExecuteDeleteAsync();
        Note(trail, by, "payout-file.give-up", file);
        return null;
    });

    /// <summary>Leaves out all rows that something is wrong with.</summary>
    public Task<string?> DropFaultyAsync(Actor by, PayoutBatchRow file) => store.SaveAsync(async (context, trail) =>
    {
        // The file's row is locked first, and says that it is still being checked.
        if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Checked).ExecuteUpdateAsync(s => s.SetProperty(b => b.State, PayoutFileState.Checked)) == 0)
        {
            return Moved;
        }

        await context.PayoutLines.Where(l => l.BatchId == file.Id && l.State == PayoutLineState.Faulty).ExecuteUpdateAsync(s => s.SetProperty(l => l.State, PayoutLineState.LeftOut));
        Note(trail, by, "payout-file.drop-faulty", file);
        return null;
    });

    /// <summary>
    /// Hands a file in: it is worked off at once, or waits for another person where its sum is over the policy's limit. Only whoever uploaded it does: he is the one of the
    /// two who does not approve it, and whose day's payouts it counts to.
    /// </summary>
    /// <param name="by">Who.</param>
    /// <param name="file">The file.</param>
    /// <param name="ticked">Rows that repeat others and are wanted all the same.</param>
    public async Task<string?> HandInAsync(Actor by, PayoutBatchRow file, IReadOnlyCollection<int> ticked)
    {
        if (file.MadeByUserId != by.UserId)
        {
            return "file: only whoever uploaded it hands it in; give it up and upload it yourself";
        }

        var limit = snapshots.Current.HoldLimits.GetValueOrDefault(file.MerchantNo)?.Where(l => l is { Owner: HoldOwner.Merchant, Kind: HoldKind.Batch }).Select(l => (long?)l.AmountMinor).FirstOrDefault();
        return await ReleaseAsync(by, file, async (context, trail, merchant) =>
        {
            var ready = context.PayoutLines.Where(l => l.BatchId == file.Id && l.State == PayoutLineState.Ready);
            if (await context.PayoutLines.AnyAsync(l => l.BatchId == file.Id && l.State == PayoutLineState.Faulty))
            {
                return "file: something is wrong with some of its rows; leave them out, or upload a mended file";
            }

            if (!await ready.AnyAsync())
            {
                return "file: has no row that could be paid";
            }

            var waits = limit is { } most && await ready.SumAsync(l => l.AmountMinor) > most;
            var nowMs = time.NowMs();
            var (state, endsAtMs, releasedAtMs) = waits ? (PayoutFileState.Waits, nowMs + options.HoldForMs, 0L) : (PayoutFileState.Running, 0L, nowMs);
            if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Checked).ExecuteUpdateAsync(s => s.SetProperty(b => b.State, state).SetProperty(b => b.EndsAtMs, endsAtMs).SetProperty(b => b.DecidedAtMs, releasedAtMs)) == 0)
            {
                return Moved;
            }

            if (!waits)
            {
                await LeaveOutAsync(context, merchant, file, ticked);
            }

            Note(trail, by, "payout-file.hand-in", file);
            return null;
        });
    }

    /// <summary>Approves or refuses a file that waits. Nobody approves what he uploaded.</summary>
    /// <param name="by">Who.</param>
    /// <param name="file">The file.</param>
    /// <param name="approves">Or refuses.</param>
    /// <param name="ticked">Rows that repeat others and are wanted all the same; all others of the kind are left out.</param>
    /// <param name="remark">His remark.</param>
    public async Task<string?> DecideAsync(Actor by, PayoutBatchRow file, bool approves, IReadOnlyCollection<int> ticked, string remark)
    {
        if (approves && file.MadeByUserId == by.UserId)
        {
            return "file: is your own; somebody else must approve it";
        }

        // A file is refused also where its merchant is left out of the configuration.
        return await (approves ? ReleaseAsync(by, file, EndAsync) : store.SaveAsync((context, trail) => EndAsync(context, trail, null)));

        async Task<string?> EndAsync(PayproContext context, AuditTrail trail, Merchant? merchant)
        {
            var businessId = await context.Merchants.Where(m => m.MerchantNo == file.MerchantNo).Select(m => m.BusinessId).SingleAsync();
            if (!await Entitlement.Of(context, businessId, file.MerchantNo, Permissions.PayoutsCreate, Grant.Approves).AnyAsync(id => id == by.UserId))
            {
                return "file: you cannot decide this any more";
            }

            var (nowMs, state) = (time.NowMs(), approves ? PayoutFileState.Running : PayoutFileState.Ended);
            var text = OutsideText.Line(remark, 300);
            if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Waits && b.EndsAtMs > nowMs).ExecuteUpdateAsync(s => s
                .SetProperty(b => b.State, state).SetProperty(b => b.ByTwo, approves).SetProperty(b => b.DecidedBy, by.Text).SetProperty(b => b.DecidedAtMs, nowMs).SetProperty(b => b.Remark, text)
                .SetProperty(b => b.EndedAtMs, approves ? 0 : nowMs)) == 0)
            {
                return Moved;
            }

            if (merchant is not null)
            {
                await LeaveOutAsync(context, merchant, file, ticked);
            }

            Note(trail, by, approves ? "payout-file.approve" : "payout-file.refuse", file, remark);
            return null;
        }
    }

    /// <summary>A row's members as they were typed.</summary>
    public Dictionary<string, string> Open(PayoutLineRow line) => JsonSerializer.Deserialize<Dictionary<string, string>>(keys.Open(line.MasterKeyId, line.Sealed, PayoutLineRow.BoundTo(line.Id)))!;

    private const string UnknownMerchant = "merchant: is not known here yet; try again in a moment";

    private static readonly string TooManyRepeats = $"file: more than {MostRepeats} rows repeat others of the last seven days; each would have to be ticked. Divide it.";

    /// <summary>What is said to whoever comes too late.</summary>
    private const string Moved = "file: is not where this could be done any more; load the page again";

    private static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");

    private static void Note(AuditTrail trail, Actor by, string action, PayoutBatchRow file, string reason = "") =>
        trail.Add(by with { From = by.From with { Form = null } }, action, SubjectOf(file.MerchantNo), after: new { file = file.Id, file.Name }, reason: reason, chain: file.Bucket);

    /// <summary>
    /// Leaves out every row that repeats another payout and is not ticked. Where rows repeat what was made or released since they were marked, nothing of the transaction is stored.
    /// </summary>
    private async Task LeaveOutAsync(PayproContext context, Merchant merchant, PayoutBatchRow file, IReadOnlyCollection<int> ticked)
    {
        // The merchant's row is the lock: of two files that are released at the same time the second one sees the first. Nothing of it changes.
        await context.Merchants.Where(m => m.MerchantNo == merchant.No).ExecuteUpdateAsync(s => s.SetProperty(m => m.Name, m => m.Name));
        var ready = context.PayoutLines.Where(l => l.BatchId == file.Id && l.State == PayoutLineState.Ready);
        var lines = await ready.AsNoTracking().OrderBy(l => l.Line).ToListAsync();
        var unmarked = lines.Where(l => l.Repeats.Length == 0).ToList();
        await PayoutRepeats.MarkAsync(context, merchant, file.Id, lines, time.NowMs());
        if (unmarked.FindAll(l => l.Repeats.Length > 0) is { Count: > 0 } found)
        {
            throw new NewRepeatsException(found);
        }

        await ready.Where(l => l.Repeats != "" && !ticked.Contains(l.Line)).ExecuteUpdateAsync(s => s.SetProperty(l => l.State, PayoutLineState.LeftOut));
    }

    /// <summary>Releases a file, unless rows of it repeat what nobody has looked at: these are marked, and the file stays where it was.</summary>
    private async Task<string?> ReleaseAsync(Actor by, PayoutBatchRow file, Func<PayproContext, AuditTrail, Merchant, Task<string?>> change)
    {
        if (snapshots.Current.Merchant(file.MerchantNo) is not { } merchant)
        {
            return UnknownMerchant;
        }

        try
        {
            return await store.SaveAsync((context, trail) => change(context, trail, merchant));
        }
        catch (NewRepeatsException found) when (found.Lines.Count <= MostRepeats)
        {
            await store.SaveAsync(async (context, trail) =>
            {
                foreach (var line in found.Lines)
                {
                    await context.PayoutLines.Where(l => l.Id == line.Id && l.Repeats == "").ExecuteUpdateAsync(s => s.SetProperty(l => l.Repeats, line.Repeats));
                }

                Note(trail, by, "payout-file.mark-repeats", file);
                return true;
            });
            return "file: some of its rows repeat payouts that were made or released after it was uploaded; they are marked now, tick those that are wanted";
        }
        catch (NewRepeatsException)
        {
            return TooManyRepeats;
        }
    }

    private PayoutLineRow LineOf(Merchant merchant, long batchId, PayoutLine line)
    {
        var id = ids.Next();
        var (keyId, text) = keys.Seal(JsonSerializer.SerializeToUtf8Bytes(line.Typed), PayoutLineRow.BoundTo(id));
        var number = PayoutScreen.FieldsOf(merchant.Country).First(f => f.Role == FieldRole.TradeNo).Name;
        return new PayoutLineRow
        {
            Id = id, BatchId = batchId, Line = line.Line, TradeNo = OutsideText.Line(line.Fields?.TradeNo ?? line.Typed.GetValueOrDefault(number, ""), 64), AmountMinor = line.Fields?.AmountMinor ?? 0,
            Recipient = line.Fields is { } fields ? newOrder.RecipientOf(merchant, fields) : "", MasterKeyId = keyId, Sealed = text, Fault = OutsideText.Line(line.Fault, 300),
            Shown = line.Fields is { } known ? string.Join(" · ", Masked.Of(NewOrder.PersonOf(known), isRevealed: false).Where(p => p.Name is "Name" or "Account").Select(p => p.Text)) : "",
            State = line.Fields is null ? PayoutLineState.Faulty : PayoutLineState.Ready,
        };
    }

    /// <summary>Rows repeat payouts that they did not repeat when they were marked.</summary>
    private sealed class NewRepeatsException(IReadOnlyList<PayoutLineRow> lines) : Exception
    {
        public IReadOnlyList<PayoutLineRow> Lines => lines;
    }
}
