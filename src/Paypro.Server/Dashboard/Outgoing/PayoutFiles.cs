using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
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
    /// <summary>How far back a payout is repeated by a row.</summary>
    public static readonly TimeSpan RepeatsWithin = TimeSpan.FromDays(7);

    /// <summary>Rows of one file that may repeat others: each is ticked by a person.</summary>
    public const int MostRepeats = 500;

    private const int Portion = 500, LongestName = 100;

    /// <summary>Takes a file in. Nothing is reserved yet.</summary>
    /// <returns>Its number, or what is wrong with it.</returns>
    public async Task<(long Id, string? Problem)> UploadAsync(Actor by, OwnMerchant own, string name, byte[] content, char point)
    {
        var snapshot = snapshots.Current;
        if (snapshot.Merchant(own.No) is not { } merchant)
        {
            return (0, "merchant: is not known here yet; try again in a moment");
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
        await MarkUsedAsync(context, merchant, lines);
        await MarkRepeatsAsync(context, merchant, lines, nowMs);
        if (lines.Count(l => l.Repeats.Length > 0) > MostRepeats)
        {
            return (0, $"file: more than {MostRepeats} rows repeat others of the last seven days; each would have to be ticked. Divide it.");
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

    /// <summary>Hands a file in: it is worked off at once, or waits for another person where its sum is over the policy's limit.</summary>
    /// <param name="by">Who: whoever uploaded it.</param>
    /// <param name="file">The file.</param>
    /// <param name="ticked">Rows that repeat others and are wanted all the same.</param>
    public async Task<string?> HandInAsync(Actor by, PayoutBatchRow file, IReadOnlyCollection<int> ticked)
    {
        var limit = snapshots.Current.HoldLimits.GetValueOrDefault(file.MerchantNo)?.Where(l => l is { Owner: HoldOwner.Merchant, Kind: HoldKind.Batch }).Select(l => (long?)l.AmountMinor).FirstOrDefault();
        return await store.SaveAsync(async (context, trail) =>
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
                await LeaveOutAsync(context, file, ticked);
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

        return await store.SaveAsync(async (context, trail) =>
        {
            var (nowMs, state) = (time.NowMs(), approves ? PayoutFileState.Running : PayoutFileState.Ended);
            var text = OutsideText.Line(remark, 300);
            if (await context.PayoutBatches.Where(b => b.Id == file.Id && b.State == PayoutFileState.Waits && b.EndsAtMs > nowMs).ExecuteUpdateAsync(s => s
                .SetProperty(b => b.State, state).SetProperty(b => b.ByTwo, approves).SetProperty(b => b.DecidedBy, by.Text).SetProperty(b => b.DecidedAtMs, nowMs).SetProperty(b => b.Remark, text)
                .SetProperty(b => b.EndedAtMs, approves ? 0 : nowMs)) == 0)
            {
                return Moved;
            }

            if (approves)
            {
                await LeaveOutAsync(context, file, ticked);
            }

            Note(trail, by, approves ? "payout-file.approve" : "payout-file.refuse", file, remark);
            return null;
        });
    }

    /// <summary>A row's members as they were typed.</summary>
    public Dictionary<string, string> Open(PayoutLineRow line) => JsonSerializer.Deserialize<Dictionary<string, string>>(keys.Open(line.MasterKeyId, line.Sealed, PayoutLineRow.BoundTo(line.Id)))!;

    /// <summary>What is said to whoever comes too late.</summary>
    private const string Moved = "file: is not where this could be done any more; load the page again";

    private static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");

    private static void Note(AuditTrail trail, Actor by, string action, PayoutBatchRow file, string reason = "") =>
        trail.Add(by with { From = by.From with { Form = null } }, action, SubjectOf(file.MerchantNo), after: new { file = file.Id, file.Name }, reason: reason, chain: file.Bucket);

    private static Task<int> LeaveOutAsync(PayproContext context, PayoutBatchRow file, IReadOnlyCollection<int> ticked) => context.PayoutLines
        .Where(l => l.BatchId == file.Id && l.State == PayoutLineState.Ready && l.Repeats != "" && !ticked.Contains(l.Line)).ExecuteUpdateAsync(s => s.SetProperty(l => l.State, PayoutLineState.LeftOut));

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

    /// <summary>A number that has a payout already is a fault.</summary>
    private static async Task MarkUsedAsync(PayproContext context, Merchant merchant, List<PayoutLineRow> lines)
    {
        var (bucket, no) = (merchant.Bucket, merchant.No);
        foreach (var part in lines.Where(l => l.State == PayoutLineState.Ready).Chunk(Portion))
        {
            var numbers = part.Select(l => l.TradeNo).ToList();
            var used = await context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && o.Direction == Direction.Payout && numbers.Contains(o.TradeNo)).Select(o => new { o.TradeNo, o.Number }).ToDictionaryAsync(o => o.TradeNo, o => o.Number);
            foreach (var line in part.Where(l => used.ContainsKey(l.TradeNo)))
            {
                (line.State, line.Fault) = (PayoutLineState.Faulty, $"tradeNo: was used before, for payout {used[line.TradeNo]}");
            }
        }
    }

    /// <summary>The same account and amount within the last days, by file, hand or API, or earlier in the same file, is ticked by a person.</summary>
    private static async Task MarkRepeatsAsync(PayproContext context, Merchant merchant, List<PayoutLineRow> lines, long nowMs)
    {
        var (bucket, no, firstId) = (merchant.Bucket, merchant.No, IdSource.FirstAt(nowMs - (long)RepeatsWithin.TotalMilliseconds));
        var first = new Dictionary<(string, long), int>();
        foreach (var part in lines.Where(l => l.State == PayoutLineState.Ready).Chunk(Portion))
        {
            var recipients = part.Select(l => l.Recipient).Distinct().ToList();
            var paid = (await context.Persons.Where(p => p.Bucket == bucket && recipients.Contains(p.Recipient) && p.OrderId >= firstId)
                .Join(context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && (o.State == OrderState.Paid || o.State == OrderState.Pending)), p => p.OrderId, o => o.Id, (p, o) => new { p.Recipient, o.AmountMinor, o.Number })
                .ToListAsync()).GroupBy(p => (p.Recipient, p.AmountMinor)).ToDictionary(g => g.Key, g => g.First().Number);
            foreach (var line in part)
            {
                line.Repeats = paid.TryGetValue((line.Recipient, line.AmountMinor), out var number) ? number
                    : first.TryAdd((line.Recipient, line.AmountMinor), line.Line) ? ""
                    : $"row {first[(line.Recipient, line.AmountMinor)]}";
            }
        }
    }
}
