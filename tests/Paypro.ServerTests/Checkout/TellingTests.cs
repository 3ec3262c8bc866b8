using System.Net;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>What payers tell the page because a way needs it, and what they hand in afterwards.</summary>
public sealed class TellingTests
{
    private static readonly PayInWay Mpesa = CountryCatalog.BuiltIn.FindCountry("KE")!.PayInWays[0];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AsksForThePhoneAndKeepsItSealed(Engine engine)
    {
        await using var server = await CheckoutServer.StartAsync(engine);
        var link = await server.LinkAsync("KE", Mpesa, "phone-1");
        var question = await server.Http.GetStringAsync(new Uri(link + "?lang=en", UriKind.Relative));
        Assert.Contains("type=\"tel\"", question, StringComparison.Ordinal);
        Assert.Contains("Your phone number", question, StringComparison.Ordinal);

        Assert.EndsWith("?asks=mpesa", await server.SubmitAsync(link, ("way", "mpesa")), StringComparison.Ordinal);
        foreach (var wrong in (string[])["", "12", "0712", "254 915 555 088", new string('7', 40), "<script>"])
        {
            // The form comes back with what was typed; an address must not hold it.
            using var again = await server.PostAsync(link, "same-origin", ("way", "mpesa"), ("told", wrong));
            Assert.Equal((HttpStatusCode.OK, null), (again.StatusCode, again.Headers.Location));
            var form = await again.Content.ReadAsStringAsync();
            Assert.Contains("aria-invalid", form, StringComparison.Ordinal);
            Assert.Contains($"value=\"{WebUtility.HtmlEncode(wrong)}\"", form, StringComparison.Ordinal);
        }

        Assert.Empty((await server.PictureAsync(link)).Attempts);
        Assert.Null(await PersonAsync(server, link));
        Assert.EndsWith("?way=mpesa", await server.SubmitAsync(link, ("way", "mpesa"), ("told", " 0715 555-088 ")), StringComparison.Ordinal);
        var attempt = Assert.Single((await server.PictureAsync(link)).Attempts);
        Assert.Equal(("254******088", AttemptState.Accepted), (attempt.InstructionValue, attempt.State));
        Assert.Equal("254715555088", (await PersonAsync(server, link))!.Account);

        var waiting = await server.Http.GetStringAsync(new Uri(link, UriKind.Relative));
        Assert.DoesNotContain("715555", waiting, StringComparison.Ordinal);
        Assert.Contains("088", waiting, StringComparison.Ordinal);

        // While the prompt is on the phone there is no other one.
        Assert.EndsWith("refused=1", await server.SubmitAsync(link, ("way", "nothing"), ("again", "1")), StringComparison.Ordinal);
        Assert.EndsWith("?way=mpesa", await server.SubmitAsync(link, ("way", "mpesa"), ("again", "1")), StringComparison.Ordinal);
        Assert.Single((await server.PictureAsync(link)).Attempts);

        // A prompt that was declined may go to another phone.
        await server.SayAsync(link, ObservationKind.Failed, 0);
        Assert.EndsWith("?way=mpesa", await server.SubmitAsync(link, ("way", "mpesa"), ("told", "+254 115 555 099")), StringComparison.Ordinal);
        Assert.Equal("254******099", (await server.PictureAsync(link)).Current!.InstructionValue);
        Assert.Equal("254115555099", (await PersonAsync(server, link))!.Account);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AddsToWhatTheMerchantSentAboutThePayer(Engine engine)
    {
        await using var server = await CheckoutServer.StartAsync(engine);
        var link = await server.LinkAsync(300, returnUrl: "https://shop.example/");
        var order = (await server.PictureAsync(link)).Order;
        var before = (await PersonAsync(server, link))!;
        var people = server.The<People>();
        var draft = new AttemptRow
        {
            Bucket = order.Bucket, OrderId = order.Id, ChannelAccountId = 101, Direction = Direction.PayIn, Way = "va", State = AttemptState.Accepted, Reference = "r-1",
        };
        var chosen = await server.The<BatchWriter>().WriteAsync(new ChooseWay(
            order.Key, "va", no => draft with { AttemptNo = no }, order.ExpiresAtMs, order.TermsId, people.Seal(order.Key, before with { Account = "9" }, 1), order.CreatedAtMs + 1));

        Assert.NotNull(chosen.Attempt);
        Assert.Equal(before with { Account = "9" }, await PersonAsync(server, link));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AReceiptCodeHasTheRailAskedAndBooksNothingItself(Engine engine)
    {
        await using var server = await CheckoutServer.StartAsync(engine);
        var link = await server.LinkAsync("KE", Mpesa, "receipt-1");
        await server.SubmitAsync(link, ("way", "mpesa"), ("told", "254715555088"));
        foreach (var wrong in (string[])["", "a", "!!!!!!", new string('A', 41)])
        {
            using var again = await server.PostAsync(link + "/receipt", "same-origin", ("code", wrong));
            var form = await again.Content.ReadAsStringAsync();
            Assert.Contains($"value=\"{WebUtility.HtmlEncode(wrong)}\"", form, StringComparison.Ordinal);
            Assert.Contains("role=\"alert\"", form, StringComparison.Ordinal);
        }

        Assert.EndsWith("?taken=1", await server.SubmitAsync(link + "/receipt", ("code", "shl2a6 waqu")), StringComparison.Ordinal);
        var order = (await server.PictureAsync(link)).Order;
        Assert.Equal((OrderState.Pending, 0), (order.State, order.PaidMinor));
        Assert.Contains((await server.EventsAsync(order)), e => e is { Type: EventType.ReferenceSubmitted, Detail: "SHL2A6WAQU", Cause: "page" });
    }

    [Fact]
    public async Task NoHandInALiveInstallationsPageAndNoForeignOne()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300, "va");
        Assert.EndsWith(link, await server.SubmitAsync(link + "/simulator", ("act", "part")), StringComparison.Ordinal);
        await server.UntilAsync(link, order => order.State == OrderState.PartlyPaid);
        Assert.EndsWith("simulator=refused", await server.SubmitAsync(link + "/simulator", ("act", "dance")), StringComparison.Ordinal);
        using var foreign = await server.PostAsync(link + "/simulator", "cross-site", ("act", "pay"));
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        Assert.Equal(OrderState.PartlyPaid, (await server.PictureAsync(link)).Order.State);
    }

    [Fact]
    public async Task APageHearsOfAChangeAtOnceAndOfTheEndOnce()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300, "va");
        using var stream = new StreamReader(await server.Http.GetStreamAsync(new Uri(link + "/events", UriKind.Relative)));
        var first = await NextAsync(stream);
        await server.SayAsync(link, ObservationKind.Paid, 100_00);
        var second = await NextAsync(stream);
        await server.SayAsync(link, ObservationKind.Paid, 200_00);
        var third = await NextAsync(stream);

        Assert.Equal(3, new HashSet<string?> { first, second, third }.Count);
        Assert.Null(await NextAsync(stream));
    }

    [Fact]
    public async Task OnlySoManyPagesOfAnOrderAreKeptOpen()
    {
        await using var server = await CheckoutServer.StartAsync(Engine.Sqlite);
        var link = await server.LinkAsync(300, "va");
        var watch = server.The<PageWatch>();
        var key = (await server.PictureAsync(link)).Order.Key;
        var seats = Enumerable.Range(0, PageWatch.MostPagesOfOrder).Select(_ => watch.TakeSeat(key, default)).ToList();
        Assert.All(seats, Assert.NotNull);
        using (var refused = await server.Http.GetAsync(new Uri(link + "/events", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        seats.ForEach(seat => seat!.Dispose());
        using var again = watch.TakeSeat(key, default);
        Assert.NotNull(again);
        using var outsider = await server.Http.GetAsync(new Uri(link[..^1] + (link[^1] == '0' ? '1' : '0') + "/events", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, outsider.StatusCode);
    }

    private static async Task<string?> NextAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    private static async Task<Person?> PersonAsync(CheckoutServer server, string link) =>
        await server.The<OrderQueries>().PersonAsync((await server.PictureAsync(link)).Order.Key, CancellationToken.None) is { } row
            ? server.The<People>().Open(row)
            : null;
}
