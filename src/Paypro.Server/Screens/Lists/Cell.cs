using Paypro.Protocol;

namespace Paypro.Server.Screens.Lists;

/// <summary>How a column is shown, and written into a file.</summary>
internal enum CellKind
{
    /// <summary>As it is.</summary>
    Text,

    /// <summary>Numbers and codes, in letters of one width; text in a file.</summary>
    Code,

    /// <summary>English words, in the reader's language.</summary>
    Words,

    /// <summary>An amount in minor units.</summary>
    Amount,

    /// <summary>Unix milliseconds, in the zone shown.</summary>
    Moment,
}

/// <summary>What stands in one place of a list, on the screen and in a file alike.</summary>
/// <param name="Text">Of texts, codes and words.</param>
/// <param name="Number">Minor units, or Unix milliseconds; 0 of a moment = nothing.</param>
/// <param name="Currency">Of an amount; null = the place is empty.</param>
/// <param name="State">Of words: <c>good</c>, <c>warn</c>, <c>bad</c>; empty for none, null for words that are no state.</param>
/// <param name="Link">Where it leads on the screen; null for nowhere.</param>
internal sealed record Cell(string Text = "", long Number = 0, Currency? Currency = null, string? State = null, string? Link = null)
{
    public static readonly Cell Empty = new();
}

/// <summary>A column of a list.</summary>
/// <param name="Key">In the address.</param>
/// <param name="Title">In English.</param>
/// <param name="Kind">How it is shown.</param>
/// <param name="Of">What stands in a row.</param>
/// <param name="AtFirst">Shown where nobody has chosen columns.</param>
internal sealed record ListColumn<TRow>(string Key, string Title, CellKind Kind, Func<TRow, Cell> Of, bool AtFirst = true)
{
    public ListHead Head => new(Key, Title, Kind);
}

/// <summary>A column without what stands in it.</summary>
internal sealed record ListHead(string Key, string Title, CellKind Kind);

/// <summary>A list as it is shown.</summary>
/// <param name="Name">In English, for those who hear it.</param>
/// <param name="Columns">From the left.</param>
/// <param name="Rows">With a place for each column.</param>
internal sealed record ShownList(string Name, IReadOnlyList<ListHead> Columns, IReadOnlyList<Cell[]> Rows);
