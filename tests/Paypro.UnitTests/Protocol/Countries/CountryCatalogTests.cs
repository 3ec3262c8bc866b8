using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Protocol.Countries;

public class CountryCatalogTests
{
    /// <summary>A country in which a path of Mexico's means something else, ways have groups and a field is in the header.</summary>
    private static readonly Country Other = Mexico.Country with
    {
        IsoCode = "XX",
        Segment = "other-pay",
        Banks = BankDirectory.None,
        PayInWays =
        [
            new("DANA", "DANA", TimeSpan.FromHours(1), 1, 100, new RedirectInstruction("Wallet")) { ChannelCode = "EWALLET" },
            new("OVO", "OVO", TimeSpan.FromHours(1), 1, 100, new RedirectInstruction("Wallet")) { ChannelCode = "EWALLET" },
            new("QRIS", "QRIS", TimeSpan.FromHours(1), 1, 100, new RedirectInstruction("Wallet")) { ChannelCode = "QRIS" },
        ],
        Operations =
        [
            Grouped(OperationKind.CreatePayIn, "/v1/paypro/paymentLink"),
            Grouped(OperationKind.CreateHostedPayIn, "/v1/paypro/payin"),
        ],
    };

    private static readonly CountryCatalog Catalog = new([Mexico.Country, Other]);

    [Theory]
    [InlineData("/v1/paypro/payInApi", OperationKind.CreatePayIn)]
    [InlineData("/mex-pay/v1/paypro/payInApi", OperationKind.CreatePayIn)]
    [InlineData("/MEX-PAY/V1/PAYPRO/PAYINAPI", OperationKind.CreatePayIn)]
    [InlineData("/mex-pay/v1/paypro/paymentLink", OperationKind.CreateHostedPayIn)]
    [InlineData("/mex-pay/v1/paypro/payOut", OperationKind.CreatePayout)]
    [InlineData("/mex-pay/v1/paypro/queryPayInResult", OperationKind.QueryPayIn)]
    [InlineData("/mex-pay/v1/paypro/queryPayOutResult", OperationKind.QueryPayout)]
    [InlineData("/v1/paypro/queryBalance", OperationKind.QueryBalance)]
    public void Finds_mexicos_calls(string path, OperationKind expected) =>
        Assert.Equal(expected, CountryCatalog.BuiltIn.Find(path)?.For(Mexico.Country)?.Kind);

    [Theory]
    [InlineData("/")]
    [InlineData("")]
    [InlineData("/v1/paypro/payInApi/")]
    [InlineData("/mex-pay")]
    [InlineData("/other-pay/v1/paypro/payInApi")]
    [InlineData("/v1/paypro/nothing")]
    public void Knows_no_other_paths(string path) => Assert.Null(Catalog.Find(path));

    [Fact]
    public void A_path_means_what_it_means_in_the_merchants_country()
    {
        var bare = Catalog.Find("/v1/paypro/paymentLink")!;
        Assert.Equal(OperationKind.CreateHostedPayIn, bare.For(Mexico.Country)!.Kind);
        Assert.Equal(OperationKind.CreatePayIn, bare.For(Other)!.Kind);
        Assert.Null(Catalog.Find("/mex-pay/v1/paypro/paymentLink")!.For(Other));
        Assert.Null(Catalog.Find("/v1/paypro/payOut")!.For(Other));
    }

    [Fact]
    public void Finds_countries_by_code()
    {
        Assert.Same(Mexico.Country, CountryCatalog.BuiltIn.FindCountry("MX"));
        Assert.Null(CountryCatalog.BuiltIn.FindCountry("mx"));
        Assert.Throws<ArgumentException>(() => new CountryCatalog([Mexico.Country, Other with { Segment = "mex-pay" }]));
    }

    [Theory]
    [InlineData("EWALLET", "DANA", "DANA", null)]
    [InlineData("QRIS", null, "QRIS", null)]
    [InlineData("EWALLET", null, "DANA", null)]
    [InlineData("QRIS", "DANA", null, "wayCode: must be one of QRIS")]
    [InlineData("VA", null, null, "channelCode: must be one of EWALLET, QRIS")]
    public void Groups_and_ways_settle_the_way(string? channel, string? way, string? expected, string? expectedError)
    {
        var fields = ReadGrouped(OperationKind.CreatePayIn, channel, way, out var error);
        Assert.Equal(expectedError, error);
        Assert.Equal(expected, fields?.Way?.Code);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("EWALLET", null, null)]
    [InlineData("QRIS", null, "QRIS")]
    public void A_hosted_page_may_leave_the_way_open(string? channel, string? way, string? expected)
    {
        var fields = ReadGrouped(OperationKind.CreateHostedPayIn, channel, way, out var error);
        Assert.Null(error);
        Assert.Equal((expected, channel), (fields!.Way?.Code, fields.ChannelCode));
    }

    [Fact]
    public void Every_country_is_complete() => Assert.All(CountryCatalog.BuiltIn.Countries, country =>
    {
        Assert.NotEmpty(country.PayInWays);
        Assert.All(country.PayInWays, way => Assert.InRange(way.MinMinor, 1, way.MaxMinor));
        Assert.Equal(country.Operations.Count, country.Operations.Select(operation => operation.Kind).Distinct().Count());
        Assert.All(country.Operations, operation =>
        {
            Assert.StartsWith("/", operation.Path, StringComparison.Ordinal);
            Assert.Equal(operation.Fields.Count, operation.Fields.Select(field => field.Name).Distinct().Count());
            Assert.Equal(operation.Fields.Count, operation.Fields.Select(field => field.Role).Distinct().Count());
            Assert.Equal(operation.Response.Count, operation.Response.Select(member => member.Name).Distinct().Count());
            Assert.All(operation.Checks, check => Assert.Contains(operation.Fields, field => field.Role == check.Role));
            Assert.All(operation.Fields, field => Assert.InRange(field.Example.Length, 1, field.MaxLength));
        });
    });

    private static Operation Grouped(OperationKind kind, string path) => new()
    {
        Kind = kind,
        Path = path,
        Fields =
        [
            new("channelCode", FieldRole.Channel, Presence.Optional, 32, "Group.", "EWALLET"),
            new("wayCode", FieldRole.Way, Presence.Optional, 32, "Way.", "DANA"),
            Fields.Amount("100"),
        ],
        Response = [],
        Checks = [Checks.AtLeast(50_00, Mexico.Country.Currency)],
    };

    private static RequestFields? ReadGrouped(OperationKind kind, string? channel, string? way, out string? error)
    {
        string?[] members = [channel is null ? null : $"\"channelCode\":\"{channel}\"", way is null ? null : $"\"wayCode\":\"{way}\"", "\"amount\":50"];
        var body = Bodies.Read($"{{{string.Join(",", members.OfType<string>())}}}");
        return RequestReader.Read(Other, Other.FindOperation(kind)!, body, new RequestContext(true, Other.Banks), out error);
    }
}
