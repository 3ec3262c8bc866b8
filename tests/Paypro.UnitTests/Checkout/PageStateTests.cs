using Paypro.Protocol.Countries;
using Paypro.Server.Checkout;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.UnitTests.Platform;

namespace Paypro.UnitTests.Checkout;

public sealed class PageStateTests
{
    private const long NowMs = 1_000;

    private static readonly OrderRow Order = new() { AmountMinor = 300_00, State = OrderState.Pending, ExpiresAtMs = NowMs + 1, CreatedAtMs = 5 };

    private static readonly AttemptRow Attempt = new() { AttemptNo = 1, State = AttemptState.Accepted, Way = "va", InstructionValue = "1", CreatedAtMs = 5 };

    [Fact]
    public void ReadsAnOrderAsItsPayerShould()
    {
        Assert.Equal(PageState.Choosing, PageStates.Of(Order, null, NowMs));
        Assert.Equal(PageState.Waiting, PageStates.Of(Order, Attempt, NowMs));
        Assert.Equal(PageState.Choosing, PageStates.Of(Order, Attempt with { State = AttemptState.Failed }, NowMs));
        Assert.Equal(PageState.Preparing, PageStates.Of(Order, Attempt with { State = AttemptState.Unknown }, NowMs));
        Assert.Equal(PageState.PartlyPaid, PageStates.Of(Order with { SuspenseMinor = 1 }, Attempt, NowMs));
        Assert.Equal(PageState.PartlyPaid, PageStates.Of(Order with { State = OrderState.PartlyPaid, PaidMinor = 1 }, Attempt, NowMs));
        Assert.Equal(PageState.Paid, PageStates.Of(Order with { State = OrderState.Paid, PaidMinor = 300_00 }, Attempt, NowMs));
        Assert.Equal(PageState.OverPaid, PageStates.Of(Order with { State = OrderState.Paid, PaidMinor = 300_01 }, Attempt, NowMs));
        Assert.Equal(PageState.Paid, PageStates.Of(Order with { State = OrderState.Paid, PaidMinor = 300_01, ReturnedMinor = 1 }, Attempt, NowMs));
        Assert.Equal(PageState.Returned, PageStates.Of(Order with { State = OrderState.Returned, PaidMinor = 5, ReturnedMinor = 5 }, Attempt, NowMs));

        // Less came after all had gone back, where a country lists no partial payment. What is paid stays so, whatever part goes back.
        Assert.Equal(PageState.PartlyReturned, PageStates.Of(Order with { State = OrderState.Returned, PaidMinor = 5, ReturnedMinor = 4 }, Attempt, NowMs));
        Assert.Equal(PageState.Paid, PageStates.Of(Order with { State = OrderState.Paid, PaidMinor = 300_00, ReturnedMinor = 4 }, Attempt, NowMs));
    }

    [Fact]
    public void TellsNobodyToPayOnceTheTimeIsOver()
    {
        Assert.Equal(PageState.Expired, PageStates.Of(Order, Attempt, NowMs + 1));
        Assert.Equal(PageState.Expired, PageStates.Of(Order, null, NowMs + 1));

        // What the rail may have taken is not over before we know.
        Assert.Equal(PageState.Preparing, PageStates.Of(Order, Attempt with { State = AttemptState.Unknown }, NowMs + 1));
    }

    [Fact]
    public void ChangesItsVersionWithEveryEventAndWithTime()
    {
        string[] versions = [PageStates.Version(Order, NowMs), PageStates.Version(Order, NowMs + 1), PageStates.Version(Order with { EventCount = 1 }, NowMs),
            PageStates.Version(Order, NowMs, promptEndsAtMs: NowMs)];

        Assert.Equal(PageStates.Version(Order, NowMs), PageStates.Version(Order, NowMs, promptEndsAtMs: NowMs + 1));
        Assert.Equal(4, versions.Distinct().Count());
    }

    [Fact]
    public void LetsThePayerChooseWhatTheMerchantLeftOpen()
    {
        Assert.True(PagePainter.MayChoose(new OrderPicture(Order, []), NowMs));
        Assert.True(PagePainter.MayChoose(new OrderPicture(Order, [Attempt]), NowMs));
        var given = Order with { WayGiven = true };
        Assert.False(PagePainter.MayChoose(new OrderPicture(given, [Attempt]), NowMs));
        Assert.True(PagePainter.MayChoose(new OrderPicture(given, [Attempt with { State = AttemptState.Failed }]), NowMs));
        Assert.False(PagePainter.MayChoose(new OrderPicture(Order with { SuspenseMinor = 1 }, []), NowMs));
        Assert.False(PagePainter.MayChoose(new OrderPicture(Order with { State = OrderState.PartlyPaid }, []), NowMs));
        Assert.False(PagePainter.MayChoose(new OrderPicture(Order, []), NowMs + 1));
    }

    /// <summary>Two prompts at once could both be confirmed.</summary>
    [Fact]
    public void SendsAnotherPromptOnlyWhenTheFirstHasLeftThePhone()
    {
        var kenya = CountryCatalog.BuiltIn.FindCountry("KE")!;
        var lastsMs = (long)((PromptInstruction)kenya.PayInWays[0].Instruction).Lasts.TotalMilliseconds;
        var prompt = Attempt with { Way = "mpesa", InstructionKind = InstructionKinds.Prompt, SentAtMs = NowMs };
        var order = Order with { ExpiresAtMs = NowMs + (10 * lastsMs) };
        bool May(OrderRow of, AttemptRow? shown, long afterMs) => PagePainter.MaySendAgain(kenya, new OrderPicture(of, []), shown, NowMs + afterMs);

        Assert.False(May(order, prompt, lastsMs - 1));
        Assert.True(May(order, prompt, lastsMs));
        Assert.False(May(order, null, lastsMs));
        Assert.False(May(order, prompt with { State = AttemptState.Unknown }, lastsMs));
        Assert.False(May(order, prompt with { State = AttemptState.Done }, lastsMs));
        Assert.False(May(order, prompt with { InstructionKind = InstructionKinds.Redirect }, lastsMs));
        Assert.False(May(order with { SuspenseMinor = 1 }, prompt, lastsMs));
        Assert.False(May(order with { State = OrderState.Paid }, prompt, lastsMs));
        Assert.False(May(order with { ExpiresAtMs = NowMs + lastsMs }, prompt, lastsMs));
    }

    [Theory]
    [InlineData("abcdefghij012345-0123456789abcdef0123456789abcdef", true)]
    [InlineData("abcdefghij012345_0123456789abcdef0123456789abcdef", false)]
    [InlineData("ABCDEFGHIJ012345-0123456789abcdef0123456789abcdef", false)]
    [InlineData("abcdefghij012345-0123456789abcdef0123456789abcde", false)]
    [InlineData("", false)]
    public void ReadsOnlyWhatHasTheFormOfAnAddress(string segment, bool reads) => Assert.Equal(reads, PageKey.Read(segment) is not null);

    /// <summary>Nothing of an address is stored: the installation's secret makes it, and another installation's makes another.</summary>
    [Fact]
    public void OpensOnlyTheOrderForWhichThisInstallationMadeTheAddress()
    {
        var (pages, elsewhere) = (Pages(seed: 1), Pages(seed: 2));
        var order = new OrderRow { Number = "abcdefghij012345", HasPage = true };
        var other = order with { Number = "abcdefghij012346" };
        var key = PageKey.Read(pages.Of(order).Split('/')[^1])!.Value;

        Assert.True(key.Opens(order, pages));
        Assert.False(key.Opens(other, pages));
        Assert.False(key.Opens(order with { HasPage = false }, pages));
        Assert.False(key.Opens(order, elsewhere));
        Assert.False(PageKey.Read(elsewhere.Of(order).Split('/')[^1])!.Value.Opens(order, pages));

        static PageAddress Pages(byte seed) => new(new PayproOptions { PublicUrl = "https://pay.example" }, null!, InstallationSecrets.ForTests(new SeededRandomness(seed)));
    }
}
