using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Checkout;

/// <summary>A way that the payer may choose.</summary>
internal sealed record WayChoice(string Code, string Name, string Hint);

/// <summary>How to pay, as the page shows it. <paramref name="BarcodeSvg"/> is null where the way has no barcode.</summary>
internal sealed record InstructionView(string Kind, string Value, string Bank, string Beneficiary, string WayName, IReadOnlyList<string> Steps, string? BarcodeSvg);

/// <summary>Everything a page shows, in the payer's words; holds nothing about who the payer is.</summary>
internal sealed record PageView
{
    public required PageTexts Texts { get; init; }
    public required bool IsSandbox { get; init; }

    /// <summary>Null: there is no order to show, and <see cref="Says"/> is all.</summary>
    public PageState? State { get; init; }
    public required StateText Says { get; init; }

    /// <summary>The page's own path.</summary>
    public string Path { get; init; } = "";
    public string Version { get; init; } = "";
    public string Merchant { get; init; } = "";
    public string TradeNo { get; init; } = "";
    public string Number { get; init; } = "";
    public string Amount { get; init; } = "";

    /// <summary>Shown once money came: what came, what is missing, what went back. Null where there is nothing to say.</summary>
    public string? Paid { get; init; }
    public string? Rest { get; init; }
    public string? GoneBack { get; init; }

    /// <summary>Until when to pay, in the country's time; null when that no longer matters.</summary>
    public string? Due { get; init; }

    /// <summary>When the money came, in the country's time; null before all of it has.</summary>
    public string? PaidAt { get; init; }
    public IReadOnlyList<WayChoice> Choices { get; init; } = [];

    /// <summary>A sentence about the last choice, when it came to nothing.</summary>
    public string? Notice { get; init; }
    public bool MayChange { get; init; }
    public InstructionView? Instruction { get; init; }
    public ReturnLink? Return { get; init; }

    /// <summary>Whether the browser goes back to the merchant by itself.</summary>
    public bool ReturnsItself => Return is not null && State is PageState.Paid or PageState.OverPaid;

    /// <summary>Whether a state may still come that the page has to show.</summary>
    public bool Watches => State is { } state && !state.IsFinal();
}

/// <summary>What the browser asked the page for.</summary>
/// <param name="Way">The way whose instruction to show; null shows the newest.</param>
/// <param name="Choosing">The payer wants to choose (again).</param>
/// <param name="Refused">The last choice was refused.</param>
internal sealed record PageWish(string? Way = null, bool Choosing = false, bool Refused = false);

/// <summary>Turns an order into what its page shows. Pure.</summary>
internal sealed record PagePainter(Country Country, Merchant? Merchant, IReadOnlyList<Route> Routes, bool IsSandbox, long NowMs)
{
    public PageView Paint(OrderPicture picture, string path, PageWish wish)
    {
        var order = picture.Order;
        var texts = Languages.Of(order.Country);
        var newest = picture.Current;
        var shown = picture.Attempts.LastOrDefault(a => a.Way == wish.Way && a.State != AttemptState.Failed) ?? newest;
        var mayChange = MayChoose(picture, NowMs) && Routes.Count > 0;
        var state = PageStates.Of(order, shown, NowMs);
        if (wish.Choosing && mayChange && state is PageState.Waiting)
        {
            state = PageState.Choosing;
        }

        var keptMinor = order.PaidMinor + order.SuspenseMinor - order.ReturnedMinor;
        var restMinor = order.AmountMinor - keptMinor;
        var inTime = NowMs < order.ExpiresAtMs;
        return new PageView
        {
            Texts = texts,
            IsSandbox = IsSandbox,
            State = state,
            Says = state == PageState.PartlyPaid && inTime ? texts.PartlyPaidInTime : texts.States[state],
            Path = path,
            Version = PageStates.Version(order, NowMs),
            Merchant = Merchant?.Name ?? "",
            TradeNo = order.TradeNo,
            Number = order.Number,
            Amount = texts.Money(order.AmountMinor, Country.Currency),
            Paid = state is PageState.PartlyPaid or PageState.OverPaid ? texts.Money(keptMinor, Country.Currency) : null,
            Rest = state == PageState.PartlyPaid && restMinor > 0 ? texts.Money(restMinor, Country.Currency) : null,
            GoneBack = order.ReturnedMinor > 0 ? texts.Money(order.ReturnedMinor, Country.Currency) : null,
            Due = inTime && state is PageState.Choosing or PageState.Waiting or PageState.PartlyPaid ? Moment(texts, order.ExpiresAtMs) : null,
            PaidAt = state is PageState.Paid or PageState.OverPaid ? Moment(texts, order.SuccessAtMs) : null,
            Choices = state == PageState.Choosing && mayChange ? [.. Routes.Select(r => Choice(texts, r.Way.Way))] : [],
            Notice = wish.Refused ? texts.Refused : newest is { State: AttemptState.Failed } ? texts.Declined : null,
            MayChange = mayChange && Routes.Count > 1 && state == PageState.Waiting,
            Instruction = shown is { InstructionValue.Length: > 0 } && inTime && state is PageState.Waiting or PageState.PartlyPaid
                ? Instruct(texts, shown!, texts.Money(Math.Max(restMinor, 0), Country.Currency))
                : null,
            Return = ReturnLink.Make(order, Merchant, NowMs),
        };
    }

    /// <summary>
    /// A payer may choose while nothing is paid, unless the merchant chose. A way that the merchant chose and the rail declined may
    /// be tried again or replaced.
    /// </summary>
    public static bool MayChoose(OrderPicture picture, long nowMs)
    {
        var order = picture.Order;
        return order.State == OrderState.Pending && order.SuspenseMinor == 0 && nowMs < order.ExpiresAtMs
            && (!order.WayGiven || picture.Attempts.All(a => a.State == AttemptState.Failed));
    }

    private string Moment(PageTexts texts, long unixMs) => $"{texts.Moment(unixMs, Country.TimeZone)} ({texts.Zone})";

    private WayChoice Choice(PageTexts texts, string way) => texts.Ways.GetValueOrDefault(way) is { } text
        ? new WayChoice(way, text.Name, text.Hint)
        : new WayChoice(way, Country.FindWay(way)?.Name ?? way, "");

    private InstructionView Instruct(PageTexts texts, AttemptRow attempt, string rest)
    {
        var way = texts.Ways.GetValueOrDefault(attempt.Way);
        return new InstructionView(
            attempt.InstructionKind,
            attempt.InstructionValue,
            attempt.InstructionBank,
            attempt.InstructionBeneficiary,
            Choice(texts, attempt.Way).Name,
            [.. (way?.Steps ?? []).Select(step => PageTexts.Fill(step, rest))],
            attempt.InstructionKind == InstructionKinds.Barcode && Code128.Takes(attempt.InstructionValue) ? Code128.Svg(attempt.InstructionValue) : null);
    }
}
