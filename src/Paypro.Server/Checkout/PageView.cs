using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Links;
using Paypro.Server.Checkout.Texts;

namespace Paypro.Server.Checkout;

/// <summary>Ways of one kind that the payer may choose.</summary>
/// <param name="Title">Their heading.</param>
/// <param name="Hint">What is true of all of them; empty where each says it for itself.</param>
/// <param name="Ways">In the country's order.</param>
internal sealed record WayGroup(string Title, string Hint, IReadOnlyList<WayChoice> Ways)
{
    /// <summary>So many ways of one kind are folded, so that the other kinds stay in sight.</summary>
    public const int MostUnfolded = 4;

    public bool IsFolded => Ways.Count > MostUnfolded;
}

/// <summary>A way that the payer may choose.</summary>
/// <param name="Code">Ours.</param>
/// <param name="Name">As its payers call it.</param>
/// <param name="Hint">What only it has to say; empty where its group says it.</param>
/// <param name="Mark">Its lettering, drawn.</param>
internal sealed record WayChoice(string Code, string Name, string Hint, string Mark);

/// <summary>A field for the payer to fill in.</summary>
/// <param name="Way">The way that needs it.</param>
/// <param name="WayName">As the payer knows it.</param>
/// <param name="Label">What to type.</param>
/// <param name="Why">Who needs it.</param>
/// <param name="Field">Its rules.</param>
/// <param name="Role">What it means, which decides the keyboard that a phone shows.</param>
/// <param name="Wrong">A sentence about what was typed before; null the first time.</param>
/// <param name="Typed">What was typed before, for the payer to mend.</param>
/// <param name="Back">Where the payer came from; null where there is nothing to go back to.</param>
/// <param name="Again">Whether another prompt is sent where one has ended.</param>
internal sealed record AskView(string Way, string WayName, string Label, string Why, Field Field, FieldRole Role, string? Wrong, string? Typed, string? Back, bool Again);

/// <summary>How to pay, as the page shows it.</summary>
internal sealed record InstructionView
{
    /// <summary>One of <see cref="InstructionKinds"/>.</summary>
    public required string Kind { get; init; }
    public required KindText Words { get; init; }
    public required string Way { get; init; }
    public required string WayName { get; init; }

    /// <summary>The way's lettering, drawn.</summary>
    public required string Mark { get; init; }

    /// <summary>What the payer has asks for the whole amount, and a part of it came: none of it is shown.</summary>
    public bool IsSpent { get; init; }

    /// <summary>When the prompt leaves the payer's phone, Unix milliseconds UTC; null where there is none.</summary>
    public long? PromptEndsAtMs { get; init; }

    /// <summary>Whether another prompt may be sent: the one that was is on no phone any more.</summary>
    public bool MaySendAgain { get; init; }

    /// <summary>What the payer knows the rail, bank or wallet as.</summary>
    public required string Network { get; init; }

    /// <summary>The number or code; a phone number with its middle hidden; empty where there is none to show.</summary>
    public required string Value { get; init; }
    public required string Bank { get; init; }
    public required string Beneficiary { get; init; }

    /// <summary>What is to be paid, as a payer types it: <c>1300.50</c>.</summary>
    public required string AmountToType { get; init; }
    public required IReadOnlyList<string> Steps { get; init; }
    public IReadOnlyList<string> SamePhone { get; init; } = [];

    /// <summary>Barcode or QR code; null where the way has none.</summary>
    public string? Svg { get; init; }

    /// <summary>The wallet's page, or what opens the payer's app on the phone that shows the page; null where there is neither.</summary>
    public string? Link { get; init; }

    /// <summary>Whether the number is typed elsewhere, so that copying it helps.</summary>
    public bool IsTyped => Kind is InstructionKinds.Clabe or InstructionKinds.VirtualAccount or InstructionKinds.Barcode;
}

/// <summary>A button of the sandbox's strip.</summary>
internal sealed record SimulatorAct(string Act, string Label);

/// <summary>Everything a page shows, in the payer's words; holds nothing about who the payer is.</summary>
internal sealed record PageView
{
    public required PageTexts Texts { get; init; }

    /// <summary>The languages to switch to.</summary>
    public IReadOnlyList<PageTexts> Offered { get; init; } = [];

    /// <summary>The language is remembered in the address alone; null while the payer has not switched.</summary>
    public string? LanguageWish { get; init; }
    public required bool IsSandbox { get; init; }

    /// <summary>Null: there is no order to show, and <see cref="Says"/> is all.</summary>
    public PageState? State { get; init; }
    public required StateText Says { get; init; }

    /// <summary>The page's own path.</summary>
    public string Path { get; init; } = "";
    public string Version { get; init; } = "";

    /// <summary>When it was painted, Unix milliseconds UTC.</summary>
    public long NowMs { get; init; }
    public string Merchant { get; init; } = "";

    /// <summary>The merchant's colour as a style; null without one.</summary>
    public string? BrandStyle { get; init; }

    /// <summary>The path of the logo, a file of ours; null without one.</summary>
    public string? Logo { get; init; }

    /// <summary>The support contact and where it leads; null where the merchant set none.</summary>
    public string? Support { get; init; }
    public string? SupportAddress { get; init; }
    public string TradeNo { get; init; } = "";
    public string Number { get; init; } = "";

    /// <summary>What was ordered.</summary>
    public string Amount { get; init; } = "";

    /// <summary>The amount that the page is about: what is owed now, and once all came what came.</summary>
    public string Headline { get; init; } = "";

    /// <summary>What the headline is called.</summary>
    public string HeadlineLabel { get; init; } = "";

    /// <summary>Shown once money came: what came, what is missing, what is too much, what went back. Null where there is nothing to say.</summary>
    public string? Paid { get; init; }
    public string? Rest { get; init; }
    public string? Excess { get; init; }
    public string? GoneBack { get; init; }

    /// <summary>Until when to pay, in the country's time; null when that no longer matters.</summary>
    public string? Due { get; init; }

    /// <summary>The same in Unix milliseconds UTC where minutes count; null where hours do.</summary>
    public long? DueAtMs { get; init; }

    /// <summary>When the money came, in the country's time; null before all of it has.</summary>
    public string? PaidAt { get; init; }

    /// <summary>Of a payment that came: its way and the rail's reference; empty while there is none.</summary>
    public string Method { get; init; } = "";
    public string RailReference { get; init; } = "";

    /// <summary>The path of the proof of payment; null before there is one.</summary>
    public string? Receipt { get; init; }
    public IReadOnlyList<WayGroup> Choices { get; init; } = [];
    public AskView? Asks { get; init; }

    /// <summary>A sentence about the last choice, when it came to nothing.</summary>
    public string? Notice { get; init; }
    public bool MayChange { get; init; }
    public InstructionView? Instruction { get; init; }

    /// <summary>Whether the payer hands in the code of the wallet's message.</summary>
    public bool AsksReceipt { get; init; }

    /// <summary>What was handed in and is no code; null before.</summary>
    public string? ReceiptTyped { get; init; }
    public ReturnLink? Return { get; init; }

    /// <summary>The page is that of the sandbox's wallet; null on the payer's own.</summary>
    public WalletStep? Wallet { get; init; }

    /// <summary>The page is that of a payment link, before there is an order; null otherwise.</summary>
    public LinkView? PaymentLink { get; init; }

    /// <summary>The sandbox's buttons that can do something now.</summary>
    public IReadOnlyList<SimulatorAct> Simulator { get; init; } = [];

    /// <summary>Whether the browser goes back to the merchant by itself.</summary>
    public bool ReturnsItself => Return is not null && IsPaid;

    /// <summary>After how many seconds.</summary>
    public const int ReturnsAfterSeconds = 10;

    /// <summary>Whether all came.</summary>
    public bool IsPaid => State is PageState.Paid or PageState.OverPaid;

    /// <summary>Whether a state may still come that the page has to show.</summary>
    public bool Watches => State is { } state && !state.IsFinal();

    /// <summary>Whether a page without script reloads itself; never while the payer types or chooses.</summary>
    public bool Reloads => Watches && !AsksReceipt && State is not (PageState.Choosing or PageState.Asking);

    /// <summary>An address below the page's own, in the language that the payer has switched to.</summary>
    /// <param name="below">Empty, or a path that begins with a slash.</param>
    /// <param name="query">Members of the query, each with its value.</param>
    public string Link(string below = "", params ReadOnlySpan<string> query)
    {
        var members = string.Join('&', LanguageWish is null ? [.. query] : (string[])[.. query, $"lang={LanguageWish}"]);
        return members.Length == 0 ? Path + below : $"{Path}{below}?{members}";
    }
}

/// <summary>What the browser asked the page for.</summary>
/// <param name="Texts">The language, chosen.</param>
internal sealed record PageWish(PageTexts Texts)
{
    /// <summary>The tag in the address; null without one.</summary>
    public string? Language { get; init; }

    /// <summary>The way whose instruction to show; null shows the newest.</summary>
    public string? Way { get; init; }

    /// <summary>The payer wants to choose (again).</summary>
    public bool Choosing { get; init; }

    /// <summary>The last choice was refused.</summary>
    public bool Refused { get; init; }

    /// <summary>The way for which the payer is asked for something.</summary>
    public string? Asks { get; init; }

    /// <summary>What the payer told was not right.</summary>
    public bool Wrong { get; init; }

    /// <summary>What was told, when it was not right.</summary>
    public string? Typed { get; init; }

    /// <summary>The payer wants the prompt on another phone.</summary>
    public bool OtherNumber { get; init; }

    /// <summary>The simulated wallet's page is wanted; null for the payer's own.</summary>
    public WalletStep? Wallet { get; init; }

    /// <summary>The payer wants to hand in a receipt code.</summary>
    public bool Receipt { get; init; }

    /// <summary>A receipt code was handed in.</summary>
    public bool ReceiptTaken { get; init; }

    /// <summary>The simulator refused.</summary>
    public bool SimulatorRefused { get; init; }
}
