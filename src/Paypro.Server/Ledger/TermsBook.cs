using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>
/// The versions of terms that this process has seen, by number. A version never changes, so what is here never ages, and an order that another
/// node priced at a version that this one has not read yet finds it with one question.
/// </summary>
internal sealed class TermsBook(IContexts contexts)
{
    private readonly ConcurrentDictionary<long, Terms> _known = new() { [0] = Terms.Free };

    /// <summary>What the configuration has read.</summary>
    public void Add(Terms terms) => _known.TryAdd(terms.Id, terms);

    /// <summary>A version that an order or attempt names; from memory but for the first time.</summary>
    /// <exception cref="InvalidOperationException">There is no such version: the database has lost what it never deletes.</exception>
    public ValueTask<Terms> OfAsync(long id) => _known.TryGetValue(id, out var terms) ? ValueTask.FromResult(terms) : new ValueTask<Terms>(ReadAsync(id));

    private async Task<Terms> ReadAsync(long id)
    {
        await using var context = contexts.Create();
        var row = await context.Terms.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id) ?? throw new InvalidOperationException($"There is no version {id} of terms.");
        return _known.GetOrAdd(id, Terms.Of(row));
    }
}
