using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>Finds the operator's own code of an account of ours: the most exact line counts.</summary>
internal sealed class CodeBook(IEnumerable<AccountCodeRow> rows)
{
    private readonly Dictionary<(OwnerType, AccountKind, long, string), string> _codes = rows.ToDictionary(r => (r.OwnerType, r.Kind, r.OwnerId, r.Currency), r => r.Code);

    /// <summary>Empty when it has none.</summary>
    public string Of(AccountRow account)
    {
        foreach (var (owner, currency) in ((long, string)[])[(account.OwnerId, account.Currency), (account.OwnerId, ""), (0, account.Currency), (0, "")])
        {
            if (_codes.TryGetValue((account.OwnerType, account.Kind, owner, currency), out var code))
            {
                return code;
            }
        }

        return "";
    }
}

/// <param name="Owner">platform, channel, merchant or bank.</param>
/// <param name="Kind">Such as available or clearing.</param>
/// <param name="OwnerId">One owner; 0 for all.</param>
/// <param name="Currency">ISO 4217; empty for all.</param>
/// <param name="Code">The operator's own.</param>
internal sealed record AccountCode(string Owner, string Kind, long OwnerId, string Currency, string Code)
{
    public static AccountCode Of(AccountCodeRow row) => new(BookWords.KeyOf(row.OwnerType), BookWords.KeyOf(row.Kind), row.OwnerId, row.Currency, row.Code);
}

/// <summary>What the operator's own books call our accounts. It changes files, never the books, so one person says it.</summary>
internal sealed class AccountCodes(IContexts contexts, AuditedStore store)
{
    private const int Most = 5_000, Longest = 40;

    public async Task<IReadOnlyList<AccountCode>> ListAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var rows = await context.AccountCodes.AsNoTracking().OrderBy(c => c.OwnerType).ThenBy(c => c.Kind).ThenBy(c => c.OwnerId).ThenBy(c => c.Currency).Take(Most).ToListAsync(cancellation);
        return [.. rows.Select(AccountCode.Of)];
    }

    /// <summary>Sets a line, or takes it away where the code is empty.</summary>
    /// <param name="by">Who.</param>
    /// <param name="wish">The line.</param>
    /// <param name="reason">Why.</param>
    /// <param name="keep">Keeps the answer with it.</param>
    /// <returns>What is wrong; null when it is done.</returns>
    public Task<string?> SetAsync(Actor by, AccountCode wish, string reason, Action<PayproContext> keep) => store.SaveAsync(async (context, trail) =>
    {
        var (owner, kind, code) = (BookWords.Owners.Where(o => o.Key == wish.Owner).Select(o => (OwnerType?)o.Owner).SingleOrDefault(), BookWords.Kinds.Where(k => k.Key == wish.Kind).Select(k => (AccountKind?)k.Kind).SingleOrDefault(), wish.Code.Trim());
        var problem = owner is null ? "owner: must be platform, channel, merchant or bank"
            : kind is null ? "kind: is none of an account"
            : wish.OwnerId is < 0 or > 9_999_999_999 || (owner == OwnerType.Platform && wish.OwnerId != 0) ? "ownerId: must be the owner's number, or 0 for all"
            : wish.Currency.Length > 0 && !Currency.All.Any(c => c.Code == wish.Currency) ? "currency: is none that accounts are kept in"
            : code.Length > Longest || !OutsideText.IsClean(code) ? "code: must have at most 40 characters"
            : null;
        if (problem is not null)
        {
            return problem;
        }

        var row = await context.AccountCodes.SingleOrDefaultAsync(c => c.OwnerType == owner && c.Kind == kind && c.OwnerId == wish.OwnerId && c.Currency == wish.Currency);
        var before = row is null ? null : AccountCode.Of(row);
        if (row is null && (code.Length == 0 || await context.AccountCodes.CountAsync() >= Most))
        {
            return code.Length == 0 ? "code: there is no such line" : "code: there are 5000 lines already";
        }

        if (code.Length == 0)
        {
            context.AccountCodes.Remove(row!);
        }
        else
        {
            (row ?? context.AccountCodes.Add(new AccountCodeRow { OwnerType = owner!.Value, Kind = kind!.Value, OwnerId = wish.OwnerId, Currency = wish.Currency }).Entity).Code = code;
        }

        trail.Add(by, "account-code.set", string.Create(CultureInfo.InvariantCulture, $"account-code:{wish.Owner}/{wish.Kind}/{wish.OwnerId}/{wish.Currency}"), before, code.Length == 0 ? null : wish with { Code = code }, reason);
        keep(context);
        return null;
    });
}
