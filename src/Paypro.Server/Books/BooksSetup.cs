using Paypro.Server.Access;
using Paypro.Server.Platform;

namespace Paypro.Server.Books;

/// <summary>Registers what keeps and reads the books.</summary>
internal static class BooksSetup
{
    public static void AddBooks(this IServiceCollection services)
    {
        services.AddSingleton<BookReads>();
        services.AddSingleton<AccountStatements>();
        services.AddSingleton<Cover>();
        services.AddSingleton<CoverCases>();
        services.AddSingleton<TransferCheck>();
        services.AddSingleton<BookByHand>();
        services.AddSingleton<BankAccounts>();
        services.AddSingleton<IProposalKind>(s => s.GetRequiredService<BankAccounts>());
        services.AddSingleton<IProposalKind, TransferByHand>();
        services.AddSingleton<ClosedMonths>();
        services.AddSingleton<AccountCodes>();
        services.AddSingleton<IProposalKind, MonthClose>();
        services.AddSingleton<Settlements>();
        services.AddSingleton<Debts>();
        services.AddSingleton<Destinations>();
        services.AddSingleton<IProposalKind>(s => s.GetRequiredService<Destinations>());
        services.AddSingleton<WithdrawalByRail>();
        services.AddSingleton<WithdrawalResults>();
        services.AddSingleton<Withdrawals>();
        services.AddSingleton<WithdrawalSchedules>();
        services.AddSingleton<IProposalKind, WithdrawalDecision>();
    }

    public static void AddBookLoops(this IServiceCollection services)
    {
        services.AddLoop("cover", s => s.GetRequiredService<CoverCases>().RunOnceAsync, CoverCases.Every);
        services.AddLoop("transfers by hand", s => s.GetRequiredService<BookByHand>().RunOnceAsync, BookByHand.Every);
        services.AddLoop("withdrawals", s => s.GetRequiredService<Withdrawals>().RunOnceAsync, Withdrawals.Every);
        services.AddLoop("withdrawal results", s => s.GetRequiredService<WithdrawalResults>().RunOnceAsync, WithdrawalResults.Every);
        services.AddLoop("withdrawal schedules", s => s.GetRequiredService<WithdrawalSchedules>().RunOnceAsync, WithdrawalSchedules.Every);
    }
}
