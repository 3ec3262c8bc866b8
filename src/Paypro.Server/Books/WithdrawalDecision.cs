using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screening;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>What shall become of a withdrawal.</summary>
/// <param name="To"><c>approved</c>, <c>paid</c>, <c>failed</c> or <c>returned</c>; of one that goes by a rail, the rail says the last three.</param>
/// <param name="BankAccountId">Of one that was paid: from which of our bank accounts; 0 otherwise.</param>
/// <param name="Reference">The bank's own reference: of the payment of one that was paid, of the return of one that came back.</param>
/// <param name="ChannelAccountId">Of one that is approved: the channel account by which it goes; 0 = it is paid by hand in the bank's own pages.</param>
/// <param name="BankCode">By a rail: the destination's bank by our list's code; empty where the account itself says it, or the bank was written as its code.</param>
internal sealed record WithdrawalWish(string To, long BankAccountId = 0, string Reference = "", long ChannelAccountId = 0, string BankCode = "");

/// <summary>Decides a withdrawal by two of the operator's people: that it may be paid, by hand or by a rail, and what the bank did.</summary>
internal sealed class WithdrawalDecision(AccessMails mails, WithdrawalByRail rails, WithdrawalScreening screening, TimeProvider time) : IProposalKind
{
    public const string Name = "withdrawal.decide";

    private const int LongestText = 100;

    public string Kind => Name;

    public string Permission => Permissions.WithdrawalsApprove;

    /// <summary>No node keeps a picture of it; but decisions that take from the same bank account must see each other.</summary>
    public bool IsConfiguration => true;

    public static string SubjectOf(long id) => string.Create(CultureInfo.InvariantCulture, $"withdrawal:{id}");

    public async Task<string?> NowAsync(PayproContext context, string subject) => (await FindAsync(context, subject))?.State.ToString();

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (row, wish) = (await FindAsync(context, proposal.Subject), BookJson.Read<WithdrawalWish>(proposal.Change));
        if (row is null)
        {
            return "withdrawal: there is no such withdrawal";
        }

        if (row.Wants != WithdrawalMove.None)
        {
            return "withdrawal: is being booked; try again in a moment";
        }

        var mayBe = (row.State, wish.To) is (WithdrawalState.Waits, "approved") or (WithdrawalState.Approved, "paid" or "failed") or (WithdrawalState.Paid, "returned");
        if (mayBe && row.ChannelAccountId != 0)
        {
            return "withdrawal: goes by a rail, whose word decides";
        }

        if (!mayBe)
        {
            return wish.To is "approved" or "paid" or "failed" or "returned" ? "withdrawal: does not stand where this could follow" : "to: must be approved, paid, failed or returned";
        }

        if (wish.To == "approved")
        {
            return await LeaveProblemAsync(context, row, wish);
        }

        if (wish.ChannelAccountId != 0 || wish.BankCode.Length > 0)
        {
            return "channelAccountId: is chosen when a withdrawal is approved";
        }

        if (wish.To is "paid" or "returned" && (wish.Reference.Trim().Length is 0 or > LongestText || !OutsideText.IsClean(wish.Reference)))
        {
            return $"reference: must be the bank's own, 1 to {LongestText} characters";
        }

        return wish.To == "paid" ? await BankProblemAsync(context, row, wish) : wish.To == "returned" ? await LineProblemAsync(context, row, row.BankAccountId, wish) : null;
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        if (await ProblemAsync(context, proposal) is { } problem)
        {
            return problem;
        }

        var (row, wish, nowMs) = ((await FindAsync(context, proposal.Subject))!, BookJson.Read<WithdrawalWish>(proposal.Change), time.NowMs());
        var (state, wants) = wish.To switch
        {
            "approved" when wish.ChannelAccountId != 0 => (WithdrawalState.Sending, WithdrawalMove.Send),
            "approved" => (WithdrawalState.Approved, WithdrawalMove.None),
            "paid" => (WithdrawalState.Paid, WithdrawalMove.Post),
            "failed" => (WithdrawalState.Failed, WithdrawalMove.Void),
            _ => (WithdrawalState.Returned, WithdrawalMove.Return),
        };
        var (bank, outcome) = (wish.To == "paid" ? wish.BankAccountId : row.BankAccountId, wish.To is "failed" or "returned" ? proposal.Reason : row.Outcome);
        var (reference, returned) = (wish.To == "paid" ? wish.Reference.Trim() : row.Reference, wish.To == "returned" ? wish.Reference.Trim() : row.ReturnReference);
        if (await context.Withdrawals.Where(w => w.Id == row.Id && w.State == row.State && w.Wants == WithdrawalMove.None).ExecuteUpdateAsync(s => s
            .SetProperty(w => w.State, state).SetProperty(w => w.Wants, wants).SetProperty(w => w.BankAccountId, bank).SetProperty(w => w.Reference, reference).SetProperty(w => w.ReturnReference, returned).SetProperty(w => w.Outcome, outcome)
            .SetProperty(w => w.ChannelAccountId, row.ChannelAccountId == 0 ? wish.ChannelAccountId : row.ChannelAccountId).SetProperty(w => w.BankCode, row.BankCode.Length == 0 ? wish.BankCode.Trim() : row.BankCode)
            .SetProperty(w => w.DecidedBy, by.Text).SetProperty(w => w.DecidedAtMs, nowMs)) == 0)
        {
            return "withdrawal: does not stand where this could follow";
        }

        if (wants is WithdrawalMove.Void or WithdrawalMove.Return)
        {
            await mails.WithdrawalBackAsync(context, row.MerchantNo, AmountOf(row), proposal.Reason);
        }

        trail.Add(by, Name, SubjectOf(row.Id), new { state = row.State.ToString() }, wish, proposal.Reason, row.Bucket);
        return null;
    }

    /// <summary>
    /// Why a withdrawal may not leave, in a sentence; null when it may. It is asked when its approval is proposed and once more in the transaction that carries it out: the one place that every withdrawal
    /// passes before it is sent or exported.
    /// </summary>
    private async Task<string?> LeaveProblemAsync(PayproContext context, WithdrawalRow row, WithdrawalWish wish)
    {
        var merchant = await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == row.MerchantNo);
        if (await Withdrawals.ProblemAsync(context, merchant, row.DestinationId, null, time.NowMs()) is { } problem)
        {
            return problem;
        }

        if (await screening.ProblemAsync(context, row.Id) is { } screened)
        {
            return screened;
        }

        return wish.ChannelAccountId != 0 ? rails.Problem(row, await context.Destinations.AsNoTracking().SingleAsync(d => d.Id == row.DestinationId), wish.ChannelAccountId, wish.BankCode.Trim())
            : wish.BankCode.Length > 0 ? "bankCode: is of use only with a channel account" : null;
    }

    /// <summary>The bank account holds it by the books, less what was decided and is not booked yet, and its line of the bank is no other's.</summary>
    private static async Task<string?> BankProblemAsync(PayproContext context, WithdrawalRow row, WithdrawalWish wish)
    {
        if (await context.BankAccounts.AsNoTracking().SingleOrDefaultAsync(b => b.Id == wish.BankAccountId) is not { } bank)
        {
            return "bankAccountId: there is no such bank account";
        }

        var account = AccountId.Bank(0, bank.Id, AccountKind.Bank, Protocol.Currency.Get(row.Currency)).Id;
        var taken = (await TransferCheck.WaitingAsync(context, 0)).Where(l => l.Account.Id == account && l.AmountMinor > 0).Sum(l => l.AmountMinor);
        return bank.Currency != row.Currency ? $"bankAccountId: is in {bank.Currency}"
            : await LineProblemAsync(context, row, bank.Id, wish) is { } line ? line
            : -await context.Accounts.Where(a => a.Id == account).SumAsync(a => a.BalanceMinor) - taken < row.AmountMinor
                ? "bankAccountId: holds less than this by the books; book what came from the rail first"
            : null;
    }

    /// <summary>
    /// A line of the bank is the payment or the return of one withdrawal, and no top-up as well. Who carries a decision out holds the row of the installation by then, so of two at the same moment on two
    /// nodes the second one sees the first.
    /// </summary>
    private static async Task<string?> LineProblemAsync(PayproContext context, WithdrawalRow row, long bankAccountId, WithdrawalWish wish)
    {
        var reference = wish.Reference.Trim();
        if (await context.Withdrawals.AnyAsync(w => w.Id != row.Id && w.BankAccountId == bankAccountId && (w.Reference == reference || w.ReturnReference == reference)))
        {
            return "reference: another withdrawal has this one";
        }

        var line = TransferCheck.LineOf(bankAccountId, reference);
        return wish.To == "returned" && await context.LedgerOrders.AnyAsync(o => o.Template == TransferTemplates.TopUp && o.State != LedgerOrderState.Refused && o.Line == line)
            ? "reference: this line of the bank's statement was credited as a top-up" : null;
    }

    /// <summary>With its currency, for mails.</summary>
    public static string AmountOf(WithdrawalRow row)
    {
        var currency = Protocol.Currency.Get(row.Currency);
        return $"{Protocol.AmountText.Fixed(row.AmountMinor, currency, currency.MinorDigits)} {currency.Code}";
    }

    private static Task<WithdrawalRow?> FindAsync(PayproContext context, string subject)
    {
        var id = long.Parse(subject["withdrawal:".Length..], CultureInfo.InvariantCulture);
        return context.Withdrawals.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id);
    }
}
