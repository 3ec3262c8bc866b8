namespace Paypro.Server.Screens;

/// <summary>A place in the head of a screen.</summary>
internal sealed record ScreenLink(string Path, string Text);

/// <summary>What surrounds the content of a screen.</summary>
/// <param name="Title">Of the page, in words.</param>
/// <param name="Home">The root of its realm: <c>/operator</c> or <c>/dashboard</c>.</param>
internal sealed record ScreenFrame(string Title, string Home)
{
    /// <summary>Where one can go; empty before somebody has signed in.</summary>
    public IReadOnlyList<ScreenLink> Links { get; init; } = [];

    /// <summary>The path of this screen.</summary>
    public string Path { get; init; } = "";

    /// <summary>Who is signed in; empty for nobody.</summary>
    public string User { get; init; } = "";

    /// <summary>What every form of this session carries.</summary>
    public string FormToken { get; init; } = "";

    public bool IsSandbox { get; init; }

    /// <summary>What has to be mended; null for nothing.</summary>
    public string? Problem { get; init; }

    /// <summary>What was done; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>What the content shows; each kind of content knows its own.</summary>
    public object? Model { get; init; }
}
