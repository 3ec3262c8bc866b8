using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens;

/// <summary>Views of lists that somebody has given a name: each is an address, shown above its list to him alone.</summary>
internal sealed class SavedViews(IContexts contexts, AuditedStore store, IdSource ids)
{
    /// <summary>Views of one list that one user has.</summary>
    public const int MostOfList = 20;

    public const int LongestName = 40;

    private const int LongestQuery = 1_500;

    /// <summary>The lists that have them.</summary>
    public static readonly IReadOnlySet<string> Lists = new HashSet<string>(StringComparer.Ordinal)
    {
        "/dashboard/payins", "/dashboard/payouts", "/dashboard/refunds", "/dashboard/links", "/dashboard/statement", "/dashboard/notifications",
        "/operator/orders", "/operator/cases", "/operator/merchants", "/operator/audit", "/operator/block-list",
    };

    /// <summary>What an address has that belongs to this look alone: the page that one stands on, and what was just done.</summary>
    private static readonly string[] Passing = ["before", "after", "page", "done"];

    /// <summary>His views of a list, by name; null where the path is no such list.</summary>
    public async Task<IReadOnlyList<SavedViewRow>?> OfAsync(SignedIn who, string path, CancellationToken cancellation)
    {
        if (!Lists.Contains(path))
        {
            return null;
        }

        await using var context = contexts.Create();
        return await context.SavedViews.AsNoTracking().Where(v => v.UserId == who.User.Id && v.List == path).OrderBy(v => v.Name).Take(MostOfList).ToListAsync(cancellation);
    }

    /// <summary>Keeps an address under a name; the same name means the new address from then on.</summary>
    /// <returns>What to mend, or the address that is kept.</returns>
    public Task<(string? Problem, string Address)> SaveAsync(SignedIn who, Caller from, string root, string list, string typedQuery, string typedName) => store.SaveAsync<(string?, string)>(async (context, trail) =>
    {
        var name = OutsideText.Line(typedName, LongestName);
        if (!Lists.Contains(list) || !list.StartsWith(root + "/", StringComparison.Ordinal) || QueryOf(typedQuery) is not { } query)
        {
            return ("This view cannot be saved. Go back to the list and take filters away.", "");
        }

        if (name.Length == 0)
        {
            return ("name: must not be empty", "");
        }

        var userId = who.User.Id;
        var row = await context.SavedViews.SingleOrDefaultAsync(v => v.UserId == userId && v.List == list && v.Name == name);
        if (row is null && await context.SavedViews.CountAsync(v => v.UserId == userId && v.List == list) >= MostOfList)
        {
            return ("You have twenty views of this list. Remove one first.", "");
        }

        var before = row?.Query;
        if (row is null)
        {
            row = new SavedViewRow { Id = ids.Next(), UserId = userId, List = list, Name = name };
            context.SavedViews.Add(row);
        }

        row.Query = query;
        trail.Add(who.By(from), "me.save-view", SignIn.Subject(userId), before is null ? null : new { list, name, query = before }, new { list, name, query });
        return (null, list + query);
    });

    /// <summary>Removes one of his views.</summary>
    /// <returns>The list that it was of; null when there is no such view of his.</returns>
    public Task<string?> RemoveAsync(SignedIn who, Caller from, string typed) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var userId = who.User.Id;
        if (!long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || await context.SavedViews.SingleOrDefaultAsync(v => v.Id == id && v.UserId == userId) is not { } row)
        {
            return null;
        }

        context.SavedViews.Remove(row);
        trail.Add(who.By(from), "me.remove-view", SignIn.Subject(userId), before: new { list = row.List, name = row.Name, query = row.Query });
        return row.List;
    });

    /// <summary>An address without what belongs to one look; null when it is too long or no text of an address.</summary>
    public static string? QueryOf(string typed)
    {
        if (typed.Length > LongestQuery || !OutsideText.IsClean(typed))
        {
            return null;
        }

        var parts = QueryHelpers.ParseQuery(typed).Where(p => p.Key.Length > 0 && !Passing.Contains(p.Key, StringComparer.Ordinal))
            .SelectMany(p => p.Value, (p, value) => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(value ?? "")}").Where(p => !p.EndsWith('=')).ToList();
        return string.Join('&', parts) is { Length: > 0 and <= LongestQuery } query ? "?" + query : parts.Count > 0 ? null : "";
    }
}

/// <summary>The views above a list.</summary>
/// <param name="List">Its path.</param>
/// <param name="Query">Of this look.</param>
/// <param name="Views">His, by name.</param>
internal sealed record ListViews(string List, string Query, IReadOnlyList<SavedViewRow> Views);
