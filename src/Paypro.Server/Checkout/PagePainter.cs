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
    /// <summary>Above this, a time of day says more than a countdown.</summary>
    private const long CountsDownFromMs = 60 * 60 * 1000;

    /// <summary>The payment code of the shown attempt for what is owed now; null where none fits.</summary>
    public string? Code { get; init; }

    /// <summary>The address of the proof of payment; null before there is one.</summary>
    public string? Receipt { get; init; }

    /// <summary>The attempt whose instruction the page shows: of the way that the payer asked for, else the one that the order has.</summary>
    public static AttemptRow? Shown(OrderPicture picture, string? way) =>
        picture.Attempts.LastOrDefault(a => a.Way == way && a.State != AttemptState.Failed) ?? picture.Current;

    public PageView Paint(OrderPicture picture, string path, PageWish wish)
    {
        var order = picture.Order;
        var texts = wish.Texts;
        var region = Languages.Regions[order.Country];
        var newest = picture.Current;
        var shown = Shown(picture, wish.Way);
        var mayChange = MayChoose(picture, NowMs) && Routes.Count > 0;
        var maySendAgain = MaySendAgain(Country, picture, shown, NowMs) && Routes.Any(route => route.Way.Way == shown!.Way);
        var state = StateOf(order, shown, wish, mayChange, maySendAgain);
        var keptMinor = order.PaidMinor + order.SuspenseMinor - order.ReturnedMinor;
        var owedMinor = PageStates.OwedMinor(order);
        var inTime = NowMs < order.ExpiresAtMs;
        var isOpen = inTime && state is PageState.Waiting or PageState.PartlyPaid;
        var isPart = state == PageState.PartlyPaid && owedMinor > 0;
        var isPaid = state is PageState.Paid or PageState.OverPaid;
        var instruction = isOpen && shown is { InstructionKind.Length: > 0 } && owedMinor > 0 ? Instruct(texts, order, shown, owedMinor, path, Money) : null;
        var isPrompt = instruction?.Kind == InstructionKinds.Prompt || (state == PageState.Asking && Routes.Count == 1 && Country.FindWay(Routes[0].Way.Way)?.Instruction is PromptInstruction);
        var dueMs = isPrompt || !inTime ? 0
            : state is PageState.Choosing or PageState.Asking or PageState.Waiting or PageState.PartlyPaid ? order.ExpiresAtMs : 0;
        return new PageView
        {
            Texts = texts,
            Offered = Languages.Of(order.Country),
            LanguageWish = Languages.Wished(order.Country, wish.Language)?.Language,
            IsSandbox = IsSandbox,
            State = state,
            Says = instruction is { IsSpent: true } ? texts.States["spent"] : texts.Says(state, inTime),
            Path = path,
            NowMs = NowMs,
            Version = PageStates.Version(order, NowMs, PageStates.PromptEndsAtMs(Country, newest)),
            Merchant = Merchant?.Name ?? "",
            BrandStyle = Merchant is { Brand.Colour.Length: > 0 } ? BrandStyle.Of(Merchant.Brand.Colour) : null,
            Logo = Merchant is { Brand.LogoFile.Length: > 0 } ? PageAssets.Folder + Merchant.Brand.LogoFile : null,
            Support = Merchant?.Brand.Support,
            SupportAddress = Brand.SupportAddress(Merchant?.Brand.Support ?? ""),
            TradeNo = order.TradeNo,
            Number = order.Number,
            Amount = Money(order.AmountMinor),
            Headline = Money(isPart ? owedMinor : isPaid ? keptMinor : order.AmountMinor),
            HeadlineLabel = isPart ? texts.StillToPay : isPaid ? texts.AlreadyPaid
                : state is PageState.Choosing or PageState.Asking or PageState.Preparing or PageState.Waiting ? texts.Amount : texts.Total,
            Paid = isPart || keptMinor > 0 && state is PageState.OverPaid or PageState.PartlyReturned ? Money(keptMinor) : null,
            Rest = isPart ? Money(owedMinor) : null,
            Excess = state == PageState.OverPaid ? Money(keptMinor - order.AmountMinor) : null,
            GoneBack = order.ReturnedMinor > 0 ? Money(order.ReturnedMinor) : null,
            Due = dueMs > 0 ? Moment(dueMs) : null,
            DueAtMs = dueMs > 0 && dueMs - NowMs <= CountsDownFromMs ? dueMs : null,
            PaidAt = isPaid ? Moment(order.SuccessAtMs) : null,
            Method = isPaid && Country.FindWay(order.Way) is { } paidBy ? NameOf(texts, paidBy) : "",
            RailReference = isPaid ? order.Utr : "",
            Receipt = isPaid && Receipt is not null ? new Uri(Receipt).AbsolutePath : null,
            Choices = state == PageState.Choosing && mayChange ? Choices(texts) : [],
            Asks = state == PageState.Asking ? Ask(texts, wish, path, newest, maySendAgain) : null,
            Notice = wish.SimulatorRefused ? texts.Simulator.Refused
                : wish.Refused ? texts.Refused
                : wish.ReceiptTaken ? texts.Receipt.Asked
                : newest is { State: AttemptState.Failed } && state is PageState.Choosing or PageState.Asking ? order.WayGiven ? texts.DeclinedOnly : texts.Declined
                : null,
            MayChange = mayChange && Offered().Count > 1 && state == PageState.Waiting,
            Instruction = instruction is null ? null : instruction with { MaySendAgain = maySendAgain },
            AsksReceipt = isOpen && wish.Receipt && shown is { InstructionKind: InstructionKinds.Prompt },
            ReceiptTyped = wish.Receipt ? wish.Typed : null,
            Return = ReturnLink.Make(order, Merchant, NowMs),
            Simulator = IsSandbox ? SimulatorActs(texts.Simulator, picture, state) : [],
            Wallet = IsSandbox && (wish.Wallet == WalletStep.Lost || instruction is { Kind: InstructionKinds.Redirect, IsSpent: false }) ? wish.Wallet : null,
        };

        string Money(long minor) => Isolate(texts, region.Write(minor, Country.Currency, texts.Language));
        string Moment(long unixMs) => texts.When(unixMs, order.Country, Country.TimeZone);
    }

    /// <summary>
    /// A payer may choose while nothing is paid, unless the merchant chose. A way that the merchant chose and the rail declined may
    /// be tried again, and no other.
    /// </summary>
    public static bool MayChoose(OrderPicture picture, long nowMs)
    {
        var order = picture.Order;
        return order.State == OrderState.Pending && order.SuspenseMinor == 0 && nowMs < order.ExpiresAtMs
            && (!order.WayGiven || picture.Attempts.All(a => a.State == AttemptState.Failed));
    }

    /// <summary>
    /// Whether another prompt may be sent: the one before has left the phone. Two at once could both be confirmed, and the payer would have paid twice.
    /// </summary>
    public static bool MaySendAgain(Country country, OrderPicture picture, AttemptRow? shown, long nowMs) =>
        picture.Order is { State: OrderState.Pending, SuspenseMinor: 0 } order && nowMs < order.ExpiresAtMs && nowMs >= PageStates.PromptEndsAtMs(country, shown);

    private PageState StateOf(OrderRow order, AttemptRow? shown, PageWish wish, bool mayChange, bool maySendAgain)
    {
        var state = PageStates.Of(order, shown, NowMs);
        if (mayChange && state == PageState.Waiting && wish.Choosing)
        {
            state = PageState.Choosing;
        }

        // Where there is nothing to choose, the question comes at once.
        return Missing is not null && state is PageState.Choosing or PageState.Waiting
            && ((mayChange && (state == PageState.Choosing || wish.Asks is not null)) || (maySendAgain && wish.OtherNumber))
            ? PageState.Asking
            : state;
    }

    /// <summary>The ways to choose from. Of several names for one code the first is enough: any app reads it.</summary>
    private List<PayInWay> Offered()
    {
        var ways = new List<PayInWay>();
        foreach (var way in Routes.Select(route => Country.FindWay(route.Way.Way)).OfType<PayInWay>())
        {
            if (way.Instruction is not QrInstruction || ways.TrueForAll(other => other.Instruction != way.Instruction))
            {
                ways.Add(way);
            }
        }

        return ways;
    }

    private IReadOnlyList<WayGroup> Choices(PageTexts texts) =>
    [
        .. Offered().GroupBy(way => GroupOf(texts.Groups, way.Instruction.Kind)).Select(group =>
        {
            var hints = group.Select(way => HintOf(texts, way)).Distinct().ToList();
            return new WayGroup(
                group.Key, hints.Count == 1 ? hints[0] : "",
                [.. group.Select(way => new WayChoice(way.Code, NameOf(texts, way), hints.Count == 1 ? "" : HintOf(texts, way), MarkOf(way)))]);
        }),
    ];

    private static string GroupOf(GroupTexts groups, string kind) => kind switch
    {
        InstructionKinds.Clabe or InstructionKinds.VirtualAccount => groups.Transfer,
        InstructionKinds.Qr => groups.Qr,
        InstructionKinds.Barcode => groups.Cash,
        _ => groups.Wallet,
    };

    private string NameOf(PageTexts texts, PayInWay way) => NameOf(texts, Country, way);

    /// <summary>What payers of a language call a way.</summary>
    internal static string NameOf(PageTexts texts, Country country, PayInWay way) => texts.Ways.GetValueOrDefault($"{country.IsoCode}.{way.Code}")?.Name ?? way.Name;

    private string HintOf(PageTexts texts, PayInWay way) => Own(texts, way.Code)?.Hint ?? texts.Kinds[way.Instruction.Kind].Hint;

    private string MarkOf(PayInWay way) => WayMarks.Svg(Country.IsoCode, way.Code, way.Instruction.Kind);

    private WayText? Own(PageTexts texts, string way) => texts.Ways.GetValueOrDefault($"{Country.IsoCode}.{way}");

    private AskView? Ask(PageTexts texts, PageWish wish, string path, AttemptRow? newest, bool maySendAgain)
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
        var name = NameOf(texts, way);

        // Back to the prompt that was sent, or to the other ways.
        var back = newest is { State: not AttemptState.Failed } && newest.Way == way.Code ? "" : Offered().Count > 1 ? "choose=1" : null;
        return new AskView(
            way.Code, name, label, PageTexts.Fill(texts.Ask.Why, ("name", name)), Missing, role, wish.Wrong ? texts.Ask.Wrong : null, wish.Typed, back,
            maySendAgain && wish.OtherNumber);
    }

    private InstructionView Instruct(PageTexts texts, OrderRow order, AttemptRow attempt, long owedMinor, string path, Func<long, string> money)
    {
        var kind = texts.Kinds.ContainsKey(attempt.InstructionKind) ? attempt.InstructionKind : InstructionKinds.VirtualAccount;
        var words = texts.Kinds[kind];
        var own = Own(texts, attempt.Way);
        var way = Country.FindWay(attempt.Way);
        var name = way is null ? attempt.Way : NameOf(texts, way);
        var bank = texts.Banks.GetValueOrDefault(attempt.InstructionBank, attempt.InstructionBank);
        var network = own?.Network ?? (bank.Length > 0 ? bank : name);
        var wallet = kind == InstructionKinds.Redirect ? WalletPage(attempt.InstructionValue, order, path) : null;
        var value = kind switch
        {
            InstructionKinds.Redirect => "",
            InstructionKinds.Prompt => Masked(attempt.InstructionValue),
            InstructionKinds.Qr => Code ?? "",
            _ => attempt.InstructionValue,
        };
        return new InstructionView
        {
            Kind = kind,
            Words = words,
            Way = attempt.Way,
            WayName = name,
            Mark = WayMarks.Svg(Country.IsoCode, attempt.Way, kind),
            Network = network,
            Value = value,
            Bank = bank,
            Beneficiary = attempt.InstructionBeneficiary,
            AmountToType = Protocol.AmountText.WholeOrFixed(owedMinor, Country.Currency),
            Steps = Filled(own?.Steps ?? words.Steps),
            SamePhone = Filled(words.SamePhone ?? []),
            IsSpent = kind == InstructionKinds.Qr ? value.Length == 0
                : kind is InstructionKinds.Redirect or InstructionKinds.Prompt && owedMinor != order.AmountMinor && wallet != path + SandboxWallet,
            PromptEndsAtMs = PageStates.PromptEndsAtMs(Country, attempt),
            Svg = kind switch
            {
                InstructionKinds.Barcode when Code128.Takes(value) => Code128.Svg(value),
                InstructionKinds.Qr when value.Length > 0 => QrImage.Svg(value, words.Label),
                _ => null,
            },
            Link = kind switch
            {
                InstructionKinds.Redirect => wallet,

                // A payload that is itself a link opens the payer's own app on the phone that shows it.
                InstructionKinds.Qr when value.StartsWith("upi://", StringComparison.Ordinal) => value,
                _ => null,
            },
        };

        IReadOnlyList<string> Filled(IReadOnlyList<string> steps) =>
            [.. steps.Select(step => PageTexts.Fill(step, ("amount", money(owedMinor)), ("network", Isolate(texts, network))))];
    }

    /// <summary>Below the payer's page: the sandbox's wallet, which knows what is owed.</summary>
    private const string SandboxWallet = "/wallet";

    /// <summary>The wallet's own page. That of the sandbox is below ours, whatever name the server had when it was opened.</summary>
    private string? WalletPage(string value, OrderRow order, string path) =>
        !Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") ? null
            : !uri.AbsolutePath.StartsWith($"/pay/{order.Number}-", StringComparison.Ordinal) ? uri.AbsoluteUri
            : IsSandbox ? path + SandboxWallet : null;

    /// <summary>Enough of a phone number to see that it is one's own, and no more: whoever has the address sees the page.</summary>
    private static string Masked(string phone) =>
        phone.Length < 8 ? new string('•', phone.Length) : $"{phone[..3]}{new string('•', phone.Length - 6)}{phone[^3..]}";

    /// <summary>Keeps a run of Latin letters and digits together inside a sentence that runs from right to left.</summary>
    internal static string Isolate(PageTexts texts, string value) => texts.RightToLeft ? $"\u2068{value}\u2069" : value;

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
