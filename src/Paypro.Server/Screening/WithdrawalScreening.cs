using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Screening;

/// <summary>
/// Asks the screening service about withdrawals that wait for approval: about the account that they go to and its holder. Whichever way they leave, they are approved before, and an
/// approval looks at what it said.
/// </summary>
internal sealed class WithdrawalScreening(IContexts contexts, ScreenedApprovals approvals)
{
    /// <summary>The kind of its cases; the subject is the withdrawal's number.</summary>
    public const string Kind = ScreenedApprovals.WithdrawalCase;

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private const int PerTurn = 20;

    /// <summary>One turn: those that nobody has asked about, and those without an answer for a while.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        if (!approvals.IsOn)
        {
            return false;
        }

        var beforeMs = approvals.AgainBeforeMs;
        await using var context = contexts.Create();
        var due = await (
            from withdrawal in context.Withdrawals.AsNoTracking().Where(w => w.State == WithdrawalState.Requested || w.State == WithdrawalState.Waits)
            join destination in context.Destinations on withdrawal.DestinationId equals destination.Id
            join merchant in context.Merchants on withdrawal.MerchantNo equals merchant.MerchantNo
            join business in context.Businesses on merchant.BusinessId equals business.Id
            where !context.Screenings.Any(s => s.Kind == ScreenedKind.Withdrawal && s.Id == withdrawal.Id && (s.Verdict != Verdict.NoAnswer || s.AtMs > beforeMs))
            orderby withdrawal.Id
            select new { Withdrawal = withdrawal, Destination = destination, merchant.Country, Business = business.Name }).Take(PerTurn).ToListAsync(cancellation);
        foreach (var one in due)
        {
            var (withdrawal, destination) = (one.Withdrawal, one.Destination);
            await approvals.AskAsync(
                Of(withdrawal.Id),
                new ScreeningQuestion
                {
                    Id = string.Create(CultureInfo.InvariantCulture, $"withdrawal:{withdrawal.Id}"),
                    Kind = "withdrawal",
                    MerchantNo = withdrawal.MerchantNo, Country = one.Country, AmountMinor = withdrawal.AmountMinor, Currency = withdrawal.Currency,
                    Name = destination.Holder, Account = destination.Number, Bank = destination.Bank, Business = one.Business,
                },
                cancellation);
        }

        return due.Count == PerTurn;
    }

    /// <summary>Why a withdrawal may not be approved; null when it may.</summary>
    public Task<string?> ProblemAsync(PayproContext context, long withdrawalId) => approvals.ProblemAsync(context, Of(withdrawalId));

    private static Screenable Of(long withdrawalId) => new(ScreenedKind.Withdrawal, withdrawalId, Kind, "withdrawal")
    {
        NotAsked = "withdrawal: the screening service has not been asked about this withdrawal yet; that is done within seconds",
        NotCleared = "withdrawal: the screening service has not cleared this withdrawal; resolve its case first",
    };
}
