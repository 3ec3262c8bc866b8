using Microsoft.AspNetCore.Components;

namespace Paypro.Server.Screens;

/// <summary>A screen, or a part of one: it knows what surrounds it and the reader's language.</summary>
public abstract class ScreenPart : ComponentBase
{
    /// <summary>What surrounds the content; its model is what the screen shows.</summary>
    [CascadingParameter]
    private protected ScreenFrame Frame { get; set; } = null!;

    /// <summary>The texts of the reader's language.</summary>
    private protected ScreenTexts T => Frame.Texts;
}
