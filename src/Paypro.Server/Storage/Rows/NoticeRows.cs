namespace Paypro.Server.Storage;

/// <summary>What the operator tells merchants of some countries: it stands on their dashboards for a time, and went to their owners by mail when it was made.</summary>
internal sealed class NoticeRow
{
    public long Id { get; set; }

    /// <summary>As it was typed.</summary>
    public string Text { get; set; } = "";

    /// <summary>ISO 3166, with commas between.</summary>
    public string Countries { get; set; } = "";

    /// <summary>Which ways it is about, as merchants know them, with commas between; empty for all.</summary>
    public string Ways { get; set; } = "";

    /// <summary>From when it stands on dashboards, Unix milliseconds UTC.</summary>
    public long ShownFromMs { get; set; }

    /// <summary>When what it tells of begins, Unix milliseconds UTC.</summary>
    public long FromMs { get; set; }

    /// <summary>When that ends, and the notice goes; earlier than it was told where somebody has ended it. Unix milliseconds UTC.</summary>
    public long ToMs { get; set; }

    /// <summary>Who wrote it.</summary>
    public string Actor { get; set; } = "";

    /// <summary>Owners who were mailed.</summary>
    public int Mailed { get; set; }
}
