using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <param name="Transfer">What is wished.</param>
/// <param name="Reason">Why.</param>
internal sealed record TransferRequest(TransferWish Transfer, string Reason);

/// <param name="Bank">What is wished.</param>
/// <param name="Reason">Why.</param>
internal sealed record BankRequest(BankAccountWish Bank, string Reason);

/// <param name="BalanceMinor">What the bank says that it holds.</param>
/// <param name="AtMs">When that was so, Unix milliseconds UTC; 0 for now.</param>
internal sealed record ToldRequest(long BalanceMinor, long AtMs);

/// <param name="Account">Its number.</param>
/// <param name="Type">Why money would move.</param>
/// <param name="BeforeMinor">Of the account, all buckets together.</param>
/// <param name="AmountMinor">Plus is in favour of the owner.</param>
internal sealed record PreviewLegView(long Account, TransferType Type, long BeforeMinor, long AmountMinor);

/// <param name="Problem">Why it cannot be; null when it can.</param>
/// <param name="Legs">What it would book.</param>
internal sealed record TransferPreviewView(string? Problem, IReadOnlyList<PreviewLegView> Legs);

/// <param name="Id">Its number.</param>
/// <param name="Template">Which kind.</param>
/// <param name="Document">Where its paper is.</param>
/// <param name="State">decided, booked or refused.</param>
/// <param name="Bucket">Of its transfer.</param>
/// <param name="TransferNo">Its transfer, the first of two; 0 until it is booked.</param>
/// <param name="Outcome">Why it was refused; empty otherwise.</param>
/// <param name="ArrivedBy">Of money on its way: the transfer that says that it has arrived; 0 while it has not.</param>
internal sealed record ByHandView(
    long Id, string Template, string Document, LedgerOrderState State, TransferWish Transfer, string MadeBy, string DecidedBy, long DecidedAtMs, int ValueDate, short Bucket, long TransferNo, string Outcome, long ArrivedBy)
{
    public static ByHandView Of(LedgerOrderRow o) => new(
        o.Id, o.Template, o.Document, o.State, BookJson.Read<TransferWish>(o.Wish), o.MadeBy, o.DecidedBy, o.DecidedAtMs, o.ValueDate, o.Bucket, o.TransferNo, o.Outcome, o.ArrivedBy);
}

/// <param name="Id">Its number; the owner of its accounts in the ledger.</param>
/// <param name="ToldMinor">What the bank says; counts only with <paramref name="ToldAtMs"/>.</param>
/// <param name="ToldAtMs">When that was so; 0 = nobody has told it.</param>
internal sealed record BankView(long Id, string Name, string Currency, string Bank, string Number, string Holder, bool TakesTopUps, bool Open, long ToldMinor, long ToldAtMs)
{
    public static BankView Of(BankAccountRow b) => new(b.Id, b.Name, b.Currency, b.Bank, b.Number, b.Holder, b.TakesTopUps, b.Open, b.ToldMinor, b.ToldAtMs);
}

/// <summary>The calls of the operator API about transfers by hand and our bank accounts.</summary>
internal static class ByHandApiRoutes
{
    private const string Root = OperatorApiRoutes.Root + "/ledger";

    private static readonly TransferRequest Example = new(new TransferWish(TransferTemplates.Hold, "a letter of the authority", "MXN", 100) { MerchantNo = 2_000_000_001 }, "asked by the authority");

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("POST", Root + "/transfers/preview", Permissions.LedgerTransfer, "previewTransfer", "What a transfer by hand would book, and whether it can be; nothing is stored.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var looked = await s.GetRequiredService<TransferCheck>().CheckAsync(context, c.Read<TransferRequest>().Transfer, 0);
            return OperatorApi.Ok(new TransferPreviewView(looked.Problem, [.. (looked.Preview?.Legs ?? []).Select(l => new PreviewLegView(l.Account.Id, l.Type, l.BeforeMinor, l.AmountMinor))]));
        }) { Example = Example, Answers = typeof(TransferPreviewView) },
        new("POST", Root + "/transfers", Permissions.LedgerTransfer, "proposeTransfer", $"Proposes a transfer by hand: {string.Join(", ", TransferTemplates.All.Select(t => t.Key))}.", async (s, c) =>
        {
            var wish = c.Read<TransferRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.LedgerTransfer, TransferByHand.Name, wish.Transfer.Subject, BookJson.Write(wish.Transfer), wish.Reason);
        }) { Example = Example, Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        OperatorApiRoutes.List("/ledger/transfers", Permissions.LedgerSee, "listTransfersByHand", "Transfers by hand that two people decided, the oldest first.", (_, context, after) => context.LedgerOrders.Where(o => o.Id > after).OrderBy(o => o.Id), ByHandView.Of, o => o.Id),
        OperatorApiRoutes.List("/banks", Permissions.LedgerSee, "listBanks", "Our own bank accounts.", (_, context, after) => context.BankAccounts.Where(b => b.Id > after).OrderBy(b => b.Id), BankView.Of, b => b.Id),
        new("POST", OperatorApiRoutes.Root + "/banks", Permissions.LedgerTransfer, "addBank", "Proposes a bank account of ours.", async (s, c) =>
        {
            var wish = c.Read<BankRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.LedgerTransfer, BankAccounts.Name, BankAccounts.SubjectOf(0), BookJson.Write(wish.Bank), wish.Reason);
        }) { Example = new BankRequest(new BankAccountWish("Main account", "MXN", "Example bank", "0001 12345-6", "Example operator", TakesTopUps: true), "opened for settlements"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", OperatorApiRoutes.Root + "/banks/{bank:long}/tell", Permissions.LedgerTransfer, "tellBank", "Tells what the bank says that an account of ours holds.", async (s, c) =>
        {
            var wish = c.Read<ToldRequest>();
            BankView? view = null;
            var problem = await s.GetRequiredService<BankAccounts>().TellAsync(c.By, BankOf(c), wish.BalanceMinor, wish.AtMs, (context, row) => c.Keeping<BankView>(200).Keep(context, view = BankView.Of(row)));
            return Of(problem, view);
        }) { Example = new ToldRequest(1_000_00, 0), Answers = typeof(BankView) },
        new("POST", OperatorApiRoutes.Root + "/banks/{bank:long}/close", Permissions.LedgerTransfer, "closeBank", "Closes a bank account of ours at once.", async (s, c) =>
        {
            BankView? view = null;
            var problem = await s.GetRequiredService<BankAccounts>().CloseAsync(c.By, BankOf(c), c.Read<ReasonWish>().Reason, (context, row) => c.Keeping<BankView>(200).Keep(context, view = BankView.Of(row)));
            return Of(problem, view);
        }) { Example = new ReasonWish("the bank has ended it"), Answers = typeof(BankView) },
    ];

    private static IResult Of<T>(string? problem, T? view) => problem is null ? OperatorApi.Ok(view)
        : OperatorApi.Problem(problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem);

    private static long BankOf(OperatorCall call) => long.Parse((string)call.Request.RouteValues["bank"]!, CultureInfo.InvariantCulture);
}
