namespace Paypro.Server.Screens;

/// <summary>A place beside every screen.</summary>
/// <param name="Path">Where.</param>
/// <param name="Text">In English.</param>
/// <param name="Group">The heading above it and its neighbours, in English; empty for none.</param>
internal sealed record ScreenLink(string Path, string Text, string Group = "");

/// <summary>What surrounds the content of a screen.</summary>
/// <param name="Title">Of the page, in English words.</param>
/// <param name="Home">The root of its realm: <c>/operator</c> or <c>/dashboard</c>.</param>
internal sealed record ScreenFrame(string Title, string Home)
{
    /// <summary>Whether the title is somebody's name, which is the same in every language.</summary>
    public bool TitleIsName { get; init; }

    /// <summary>Where one can go; empty before somebody has signed in.</summary>
    public IReadOnlyList<ScreenLink> Links { get; init; } = [];

    /// <summary>The path of this screen.</summary>
    public string Path { get; init; } = "";

    /// <summary>Who is signed in; empty for nobody.</summary>
    public string User { get; init; } = "";

    /// <summary>What every form of this session carries.</summary>
    public string FormToken { get; init; } = "";

    /// <summary>This page as it is shown this time, so that a form of it is carried out once; 0 before somebody has signed in.</summary>
    public long PageId { get; init; }

    public bool IsSandbox { get; init; }

    /// <summary>The reader's language.</summary>
    public ScreenTexts Texts { get; init; } = ScreenTexts.English;

    /// <summary>The zone of all times shown.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary><c>light</c>, <c>dark</c>, or empty for what the system has.</summary>
    public string Theme { get; init; } = "";

    /// <summary>Whether it shows pages of ours in frames.</summary>
    public bool ShowsFrames { get; init; }

    /// <summary>The reader's views of the list that it shows; null where it shows no such list.</summary>
    public ListViews? Views { get; init; }

    /// <summary>What has to be mended, in English; null for nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>What was done, in English; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>What the content shows; each kind of content knows its own.</summary>
    public object? Model { get; init; }
}
