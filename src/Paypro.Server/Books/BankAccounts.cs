using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>A bank account of ours as it is wished.</summary>
/// <param name="Name">What our people call it; of all, each has another.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Bank">The bank, as people know it.</param>
/// <param name="Number">By which money is sent to it.</param>
/// <param name="Holder">In whose name it is.</param>
/// <param name="TakesTopUps">Whether merchants are shown it, to top their balance up.</param>
internal sealed record BankAccountWish(string Name, string Currency, string Bank, string Number, string Holder, bool TakesTopUps);

/// <summary>Our accounts at banks. To add one needs two people, since merchants send money to what is shown; to tell what it holds and to close it needs one.</summary>
internal sealed class BankAccounts(AuditedStore store, TimeProvider time) : IProposalKind
{
    public const string Name = "bank.add";

    private const int LongestText = 100, ToldWithinDays = 31;
    private const long MostMinor = 1_000_000_000_000_000;

    public string Kind => Name;

    public string Permission => Permissions.LedgerTransfer;

    /// <summary>No node keeps a picture of it; two that get the same number at once must see each other.</summary>
    public bool IsConfiguration => true;

    public static string SubjectOf(long id) => string.Create(CultureInfo.InvariantCulture, $"bank:{id}");

    public async Task<string?> NowAsync(PayproContext context, string subject) => (await context.BankAccounts.MaxAsync(b => (long?)b.Id) ?? 0).ToString(CultureInfo.InvariantCulture);

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var wish = BookJson.Read<BankAccountWish>(proposal.Change);
        foreach (var (member, text) in ((string, string)[])[("name", wish.Name), ("bank", wish.Bank), ("number", wish.Number), ("holder", wish.Holder)])
        {
            if (text.Trim().Length is 0 or > LongestText || !OutsideText.IsClean(text))
            {
                return $"{member}: must be 1 to {LongestText} characters";
            }
        }

        return !Currency.All.Any(c => c.Code == wish.Currency) ? "currency: is none that accounts are kept in"
            : await context.BankAccounts.AnyAsync(b => b.Name == wish.Name) ? "name: another bank account has this name" : null;
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var wish = BookJson.Read<BankAccountWish>(proposal.Change);
        var row = new BankAccountRow
        {
            Id = (await context.BankAccounts.MaxAsync(b => (long?)b.Id) ?? 0) + 1, Name = wish.Name.Trim(), Currency = wish.Currency, Bank = wish.Bank.Trim(), Number = wish.Number.Trim(), Holder = wish.Holder.Trim(), TakesTopUps = wish.TakesTopUps, Open = true,
        };
        context.BankAccounts.Add(row);
        trail.Add(by, Name, SubjectOf(row.Id), after: wish, reason: proposal.Reason);
        return null;
    }

    /// <summary>Tells what the bank says that the account holds.</summary>
    /// <returns>What has to be mended; null when it is told.</returns>
    public Task<string?> TellAsync(Actor by, long id, long balanceMinor, long atMs, Action<PayproContext, BankAccountRow>? also = null) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        var at = atMs == 0 ? nowMs : atMs;
        if (await context.BankAccounts.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id) is not { } row)
        {
            return "bank: there is no such bank account";
        }

        if (balanceMinor is < -MostMinor or > MostMinor || at > nowMs + 60_000 || at < nowMs - (ToldWithinDays * 86_400_000L))
        {
            return $"atMs: must be a time within the last {ToldWithinDays} days, and balanceMinor an amount";
        }

        // Of two who tell at the same moment the later balance stays.
        var before = new { row.ToldMinor, row.ToldAtMs };
        (row.ToldMinor, row.ToldAtMs, row.ToldBy) = (balanceMinor, at, by.Text);
        if (await context.BankAccounts.Where(b => b.Id == id && b.ToldAtMs <= at).ExecuteUpdateAsync(s => s.SetProperty(b => b.ToldMinor, balanceMinor).SetProperty(b => b.ToldAtMs, at).SetProperty(b => b.ToldBy, by.Text)) == 0)
        {
            return "atMs: a later balance was told already";
        }

        trail.Add(by, "bank.tell", SubjectOf(id), before, new { row.ToldMinor, row.ToldAtMs });
        also?.Invoke(context, row);
        return null;
    });

    /// <summary>Closes an account at once: merchants are no longer shown it, and nothing more is sent to it.</summary>
    public Task<string?> CloseAsync(Actor by, long id, string reason, Action<PayproContext, BankAccountRow>? also = null) => store.SaveAsync<string?>(async (context, trail) =>
    {
        if (await context.BankAccounts.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id) is not { } row)
        {
            return "bank: there is no such bank account";
        }

        // Before the audit chain, as whoever tells a balance: no two wait for each other.
        row.Open = false;
        await context.BankAccounts.Where(b => b.Id == id).ExecuteUpdateAsync(s => s.SetProperty(b => b.Open, false));
        trail.Add(by, "bank.close", SubjectOf(id), new { Open = true }, new { Open = false }, reason);
        also?.Invoke(context, row);
        return null;
    });
}
