using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>What two people transfer by hand.</summary>
/// <param name="Template">Chosen; null for none.</param>
/// <param name="Typed">What stands in the form.</param>
/// <param name="Preview">What it would book; null before that was asked for.</param>
/// <param name="Open">Proposals that wait, with what they would book.</param>
/// <param name="Done">What was decided, the newest first.</param>
internal sealed record ByHandModel(
    TransferTemplate? Template, IReadOnlyDictionary<string, string> Typed, TransferPreview? Preview, IReadOnlyList<(ProposalRow Proposal, TransferPreview Preview)> Open, IReadOnlyList<LedgerOrderRow> Done,
    IReadOnlyList<BankAccountRow> Banks, IReadOnlyList<ChannelAccountRow> Channels, IReadOnlyList<LedgerOrderRow> OnTheirWay, IReadOnlyDictionary<long, string> Names, long? Next, bool MayPropose);

internal sealed record BanksModel(IReadOnlyList<BankAccountRow> Banks, bool MayChange);

/// <summary>The back office's screens of transfers by hand and of our bank accounts.</summary>
internal sealed class ByHandScreens(IContexts contexts, TransferCheck check, BankAccounts banks, OwnerNames names, Proposals proposals)
{
    private const int PageSize = 50, MostOpen = 50;

    /// <summary>Fields of the form that hold what a wish holds.</summary>
    private static readonly string[] Fields =
        ["template", "document", "currency", "amount", "bank", "channel", "merchant", "sent", "side", "fee", "tax", "line", "receipt", "toCurrency", "toAmount", "toBank", "rate", "day"];

    public Task<IResult> ShowAsync(Visit visit) => ShowAsync(visit, visit.Http.Request.Query["template"].ToString(), new Dictionary<string, string>(), null, null);

    public async Task<IResult> PreviewAsync(Visit visit)
    {
        var (wish, problem) = Read(visit);
        if (wish is null)
        {
            return await AgainAsync(visit, null, problem);
        }

        await using var context = contexts.Create();
        var looked = await check.CheckAsync(context, wish, 0);
        return await AgainAsync(visit, looked.Preview, looked.Problem);
    }

    public async Task<IResult> ProposeAsync(Visit visit)
    {
        var (wish, problem) = Read(visit);
        if (wish is null)
        {
            return await AgainAsync(visit, null, problem);
        }

        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.LedgerTransfer), TransferByHand.Name, wish.Subject, BookJson.Write(wish), visit.Field("reason"));
        return proposed.Problem is { } refused ? await AgainAsync(visit, null, refused)
            : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/ledger/by-hand?done=proposed" : "/operator/ledger/by-hand?done=saved");
    }

    public async Task<IResult> BanksAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        return visit.Show<BanksPage>(
            "Bank accounts", new BanksModel(await context.BankAccounts.AsNoTracking().OrderByDescending(b => b.Open).ThenBy(b => b.Id).Take(500).ToListAsync(), visit.Who.May(Permissions.LedgerTransfer) != Grant.None), problem);
    }

    public async Task<IResult> AddBankAsync(Visit visit)
    {
        var wish = new BankAccountWish(visit.Field("name"), visit.Field("currency"), visit.Field("bank"), visit.Field("number"), visit.Field("holder"), visit.Field("topUps") == "yes");
        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.LedgerTransfer), BankAccounts.Name, BankAccounts.SubjectOf(0), BookJson.Write(wish), visit.Field("reason"));
        return proposed.Problem is { } problem ? await BanksAsync(visit, problem) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/banks?done=saved");
    }

    public async Task<IResult> TellBankAsync(Visit visit, long id)
    {
        await using var context = contexts.Create();
        var currency = await context.BankAccounts.Where(b => b.Id == id).Select(b => b.Currency).SingleOrDefaultAsync();
        var typed = visit.Field("balance");
        var minus = typed.StartsWith('-');
        var problem = currency is null ? "bank: there is no such bank account"
            : TypedNumbers.Amount(minus ? typed[1..] : typed, Currency.Get(currency)) is not { } amount ? "Write the amount in digits, such as 1500 or 1500.50."
            : await banks.TellAsync(visit.By, id, minus ? -amount : amount, 0);
        return problem is null ? Visit.GoTo("/operator/banks?done=saved") : await BanksAsync(visit, problem);
    }

    public async Task<IResult> CloseBankAsync(Visit visit, long id) =>
        await banks.CloseAsync(visit.By, id, visit.Field("reason")) is { } problem ? await BanksAsync(visit, problem) : Visit.GoTo("/operator/banks?done=ended");

    private Task<IResult> AgainAsync(Visit visit, TransferPreview? preview, string? problem) =>
        ShowAsync(visit, visit.Field("template"), Fields.Append("reason").ToDictionary(f => f, visit.Field), preview, problem);

    private async Task<IResult> ShowAsync(Visit visit, string template, IReadOnlyDictionary<string, string> typed, TransferPreview? preview, string? problem)
    {
        await using var context = contexts.Create();
        var before = OperatorScreens.Number(visit.Http.Request.Query["before"]) ?? long.MaxValue;
        var done = await context.LedgerOrders.AsNoTracking().Where(o => o.Id < before).OrderByDescending(o => o.Id).Take(PageSize + 1).ToListAsync();
        var open = new List<(ProposalRow, TransferPreview)>();
        foreach (var proposal in await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.Kind == TransferByHand.Name).OrderBy(p => p.Id).Take(MostOpen).ToListAsync())
        {
            var looked = await check.CheckAsync(context, BookJson.Read<TransferWish>(proposal.Change), 0);
            open.Add((proposal, looked.Preview ?? TransferPreview.No(looked.Problem ?? "")));
        }

        var accounts = open.Select(o => o.Item2).Append(preview).SelectMany(p => p?.Legs ?? []).Select(l => AccountId.Open(l.Account)).ToList();
        return visit.Show<ByHandPage>(
            "Transfers by hand",
            new ByHandModel(
                TransferTemplates.Find(template), typed, preview, open, [.. done.Take(PageSize)], await context.BankAccounts.AsNoTracking().Where(b => b.Open).OrderBy(b => b.Id).Take(500).ToListAsync(),
                await context.ChannelAccounts.AsNoTracking().OrderBy(c => c.Id).Take(500).ToListAsync(),
                await context.LedgerOrders.AsNoTracking().Where(o => o.State == LedgerOrderState.Booked && o.ArrivedBy == 0 && (o.Template == TransferTemplates.RailToBank || o.Template == TransferTemplates.BankToRail)).OrderBy(o => o.Id).Take(200).ToListAsync(),
                await names.OfAsync(accounts), done.Count > PageSize ? done[PageSize - 1].Id : null, visit.Who.May(Permissions.LedgerTransfer) != Grant.None),
            problem);
    }

    /// <summary>The wish that a form holds, or what to mend in it.</summary>
    private static (TransferWish? Wish, string? Problem) Read(Visit visit)
    {
        var currency = Currency.All.FirstOrDefault(c => c.Code == visit.Field("currency"));
        var to = Currency.All.FirstOrDefault(c => c.Code == visit.Field("toCurrency")) ?? currency;
        if (currency is null)
        {
            return (null, "Choose a currency.");
        }

        if (TypedNumbers.Amount(visit.Field("amount"), currency) is not { } amount || Optional("fee", currency) is not { } fee || Optional("tax", currency) is not { } tax || Optional("toAmount", to!) is not { } toAmount)
        {
            return (null, "Write the amount in digits, such as 1500 or 1500.50.");
        }

        var day = visit.Field("day").Length == 0 ? null : Screens.Lists.Days.Read(visit.Field("day"));
        return visit.Field("day").Length > 0 && day is null ? (null, "Days are written like 2026-11-29.") : (new TransferWish(visit.Field("template"), visit.Field("document"), currency.Code, amount)
        {
            BankAccountId = NumberOf("bank"), ChannelAccountId = NumberOf("channel"), MerchantNo = NumberOf("merchant"), Sent = NumberOf("sent"), Side = visit.Field("side"), FeeMinor = fee, TaxMinor = tax,
            StatementLine = visit.Field("line"), DedupeKey = visit.Field("receipt"), ToCurrency = visit.Field("toCurrency"), ToAmountMinor = toAmount, ToBankAccountId = NumberOf("toBank"), Rate = visit.Field("rate"),
            ValueDate = day is { } date ? (date.Year * 10000) + (date.Month * 100) + date.Day : 0,
        }, null);

        long? Optional(string name, Currency of) => visit.Field(name).Length == 0 ? 0 : TypedNumbers.Amount(visit.Field(name), of);

        long NumberOf(string name) => OperatorScreens.Number(visit.Field(name)) ?? 0;
    }
}
