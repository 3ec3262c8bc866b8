using Paypro.Protocol.Countries;
using Paypro.Server.Checkout.Texts;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Route = Paypro.Server.Routing.Route;

namespace Paypro.Server.Checkout;

/// <summary>Turns an order into what its page shows. Pure.</summary>
/// <param name="Country">The order's.</param>
/// <param name="Merchant">Null when it is closed by now.</param>
/// <param name="Routes">The ways that are open for the order.</param>
/// <param name="Missing">What the way that the payer asked for, or the only open one, must know first; null for nothing.</param>
/// <param name="IsSandbox">Whether the strip of test tools is shown.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
internal sealed record PagePainter(Country Country, Merchant? Merchant, IReadOnlyList<Route> Routes, Field? Missing, bool IsSandbox, long NowMs)
{
    public PageView Paint(OrderPicture picture, string path, PageWish wish)
    {
        var order = picture.Order;
        var texts = wish.Texts;
        var region = Languages.Regions[order.Country];
        var newest = picture.Current;
        var shown = picture.Attempts.LastOrDefault(a => a.Way == wish.Way && a.State != AttemptState.Failed) ?? newest;
        var mayChange = MayChoose(picture, NowMs) && Routes.Count > 0;
        var state = StateOf(order, shown, wish, mayChange);
        var keptMinor = order.PaidMinor + order.SuspenseMinor - order.ReturnedMinor;
        var restMinor = order.AmountMinor - keptMinor;
        var inTime = NowMs < order.ExpiresAtMs;
        var isOpen = inTime && state is PageState.Waiting or PageState.PartlyPaid;
        return new PageView
        {
            Texts = texts,
            Offered = Languages.Of(order.Country),
            LanguageWish = Languages.Wished(order.Country, wish.Language)?.Language,
            IsSandbox = IsSandbox,
            State = state,
            Says = texts.Says(state, inTime),
            Path = path,
            Version = PageStates.Version(order, NowMs),
            Merchant = Merchant?.Name ?? "",
            BrandStyle = Merchant is { Brand.Colour.Length: > 0 } ? PageAssets.Folder + BrandStyle.FileOf(Merchant.Brand.Colour) : null,
            Logo = Merchant is { Brand.LogoFile.Length: > 0 } ? PageAssets.Folder + Merchant.Brand.LogoFile : null,
            Support = Merchant?.Brand.Support,
            SupportAddress = Brand.SupportAddress(Merchant?.Brand.Support ?? ""),
            TradeNo = order.TradeNo,
            Number = order.Number,
            Amount = Money(order.AmountMinor),
            Paid = state is PageState.PartlyPaid or PageState.OverPaid ? Money(keptMinor) : null,
            Rest = state == PageState.PartlyPaid && restMinor > 0 ? Money(restMinor) : null,
            GoneBack = order.ReturnedMinor > 0 ? Money(order.ReturnedMinor) : null,
            Due = inTime && state is PageState.Choosing or PageState.Asking or PageState.Waiting or PageState.PartlyPaid ? Moment(order.ExpiresAtMs) : null,
            PaidAt = state is PageState.Paid or PageState.OverPaid ? Moment(order.SuccessAtMs) : null,
            Choices = state == PageState.Choosing && mayChange ? Choices(texts) : [],
            Asks = state == PageState.Asking ? Ask(texts, wish) : null,
            Notice = wish.SimulatorRefused ? texts.Simulator.Refused
                : wish.Refused ? texts.Refused
                : wish.ReceiptTaken ? texts.Receipt.Asked
                : newest is { State: AttemptState.Failed } && state is PageState.Choosing or PageState.Asking ? texts.Declined
                : null,
            MayChange = mayChange && Routes.Count > 1 && state == PageState.Waiting,
            Instruction = isOpen && shown is { InstructionKind.Length: > 0 } ? Instruct(texts, order, shown, Math.Max(restMinor, 0), Money) : null,
            AsksReceipt = isOpen && wish.Receipt && shown is { InstructionKind: InstructionKinds.Prompt },
            Return = ReturnLink.Make(order, Merchant, NowMs),
            Simulator = IsSandbox ? SimulatorActs(texts.Simulator, picture, state) : [],
        };

        string Money(long minor) => Isolate(texts, region.Write(minor, Country.Currency, texts.Language));
        string Moment(long unixMs) => texts.When(unixMs, order.Country, Country.TimeZone);
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

    private PageState StateOf(OrderRow order, AttemptRow? shown, PageWish wish, bool mayChange)
    {
        var state = PageStates.Of(order, shown, NowMs);
        if (mayChange && state == PageState.Waiting && wish.Choosing)
        {
            state = PageState.Choosing;
        }

        // Where there is nothing to choose, the question comes at once.
        return mayChange && Missing is not null && (state == PageState.Choosing || wish.Asks is not null) && state is PageState.Choosing or PageState.Waiting
            ? PageState.Asking
            : state;
    }

    private IReadOnlyList<WayGroup> Choices(PageTexts texts) =>
    [
        .. Routes.Select(route => Country.FindWay(route.Way.Way)).OfType<PayInWay>()
            .GroupBy(way => GroupOf(texts.Groups, way.Instruction.Kind))
            .Select(group => new WayGroup(group.Key, [.. group.Select(way => Choice(texts, way))])),
    ];

    private static string GroupOf(GroupTexts groups, string kind) => kind switch
    {
        InstructionKinds.Clabe or InstructionKinds.VirtualAccount => groups.Transfer,
        InstructionKinds.Qr => groups.Qr,
        InstructionKinds.Barcode => groups.Cash,
        _ => groups.Wallet,
    };

    private WayChoice Choice(PageTexts texts, PayInWay way)
    {
        var own = Own(texts, way.Code);
        return new WayChoice(way.Code, own?.Name ?? way.Name, own?.Hint ?? texts.Kinds[way.Instruction.Kind].Hint);
    }

    private WayText? Own(PageTexts texts, string way) => texts.Ways.GetValueOrDefault($"{Country.IsoCode}.{way}");

    private AskView? Ask(PageTexts texts, PageWish wish)
    {
        if (Missing is null || (Country.FindWay(wish.Asks ?? "") ?? Country.FindWay(Routes[0].Way.Way)) is not { } way)
        {
            return null;
        }

        // What a prompt is sent to is a phone number, whatever a country's page calls the field.
        var role = way.Instruction is PromptInstruction ? FieldRole.Mobile : Missing.Role;
        var label = role switch
        {
            FieldRole.Mobile => texts.Ask.Mobile,
            FieldRole.Email => texts.Ask.Email,
            FieldRole.Identity => texts.Ask.Identity,
            FieldRole.Name => texts.Ask.Name,
            _ => texts.Ask.Account,
        };
        var name = Choice(texts, way).Name;
        return new AskView(way.Code, name, label, PageTexts.Fill(texts.Ask.Why, ("name", name)), Missing, role, wish.Wrong ? texts.Ask.Wrong : null, Routes.Count > 1);
    }

    private InstructionView Instruct(PageTexts texts, OrderRow order, AttemptRow attempt, long restMinor, Func<long, string> money)
    {
        var kind = texts.Kinds.ContainsKey(attempt.InstructionKind) ? attempt.InstructionKind : InstructionKinds.VirtualAccount;
        var words = texts.Kinds[kind];
        var own = Own(texts, attempt.Way);
        var way = Country.FindWay(attempt.Way);
        var name = own?.Name ?? way?.Name ?? attempt.Way;
        var network = own?.Network ?? (attempt.InstructionBank.Length > 0 ? attempt.InstructionBank : name);
        var value = attempt.InstructionValue;
        return new InstructionView
        {
            Kind = kind,
            Words = words,
            Way = attempt.Way,
            WayName = name,
            Network = network,
            Value = kind switch
            {
                InstructionKinds.Redirect => "",
                InstructionKinds.Prompt => Masked(value),
                _ => value,
            },
            Bank = attempt.InstructionBank,
            Beneficiary = attempt.InstructionBeneficiary,
            AmountToType = Protocol.AmountText.WholeOrFixed(restMinor, Country.Currency),
            Steps = Filled(own?.Steps ?? words.Steps),
            SamePhone = Filled(words.SamePhone ?? []),
            Svg = kind switch
            {
                InstructionKinds.Barcode when Code128.Takes(value) => Code128.Svg(value),
                InstructionKinds.Qr when value.Length > 0 => QrImage.Svg(value, words.Label),
                _ => null,
            },
            Link = kind switch
            {
                InstructionKinds.Redirect => WalletPage(value, order),

                // A payload that is itself a link opens the payer's own app on the phone that shows it.
                InstructionKinds.Qr when value.StartsWith("upi://", StringComparison.Ordinal) => value,
                _ => null,
            },
        };

        IReadOnlyList<string> Filled(IReadOnlyList<string> steps) =>
            [.. steps.Select(step => PageTexts.Fill(step, ("amount", money(restMinor)), ("network", Isolate(texts, network))))];
    }

    /// <summary>The simulator's wallets have no page of their own: they lead to ours, whose strip plays them.</summary>
    private static string? WalletPage(string value, OrderRow order) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && !uri.AbsolutePath.StartsWith($"/pay/{order.Number}-", StringComparison.Ordinal)
            ? uri.AbsoluteUri
            : null;

    /// <summary>Enough of a phone number to see that it is one's own, and no more: whoever has the address sees the page.</summary>
    private static string Masked(string phone) =>
        phone.Length < 8 ? new string('•', phone.Length) : $"{phone[..3]}{new string('•', phone.Length - 6)}{phone[^3..]}";

    /// <summary>Keeps a run of Latin letters and digits together inside a sentence that runs from right to left.</summary>
    private static string Isolate(PageTexts texts, string value) => texts.RightToLeft ? $"\u2068{value}\u2069" : value;

    private static IReadOnlyList<SimulatorAct> SimulatorActs(SimulatorTexts simulator, OrderPicture picture, PageState state)
    {
        var hasAttempt = picture.Current is { State: not AttemptState.Failed };
        return state switch
        {
            PageState.Waiting or PageState.Preparing when hasAttempt =>
                [new("pay", simulator.Pay), new("part", simulator.Part), new("more", simulator.More), new("late", simulator.Late), new("decline", simulator.Decline), new("expire", simulator.Expire)],
            PageState.PartlyPaid when hasAttempt => [new("pay", simulator.Pay), new("more", simulator.More)],
            PageState.Expired when hasAttempt => [new("late", simulator.Late)],
            PageState.Choosing or PageState.Asking => [new("expire", simulator.Expire)],
            _ => [],
        };
    }
}
