using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Protocol.Countries;

/// <summary>What can be said of a request before its fields are right.</summary>
public sealed class RequestNamesTests
{
    private static readonly Operation PayIn = Mexico.Country.FindOperation(OperationKind.CreatePayIn)!;

    [Theory]
    [InlineData("""{"timestamp":"1728609257212"}""", 1728609257212)]
    [InlineData("""{"timestamp":1728609257}""", 1728609257000)]
    [InlineData("""{"timestamp":"soon"}""", null)]
    [InlineData("""{"timestamp":null}""", null)]
    [InlineData("{}", null)]
    public void ATimeIsReadWhateverElseIsWrong(string body, long? unixMs) => Assert.Equal(unixMs, RequestReader.TimestampOf(PayIn, Bodies.Read(body)));

    [Fact]
    public void AnOperationWithoutATimestampHasNone() =>
        Assert.Null(RequestReader.TimestampOf(Kenya.Country.FindOperation(OperationKind.QueryPayIn)!, Bodies.Read("""{"timestamp":"1728609257212"}""")));

    [Fact]
    public void ANumberIsReadWhateverElseIsWrong()
    {
        Assert.Equal("a", RequestReader.TradeNoOf(PayIn, Bodies.Read("""{"tradeNo":"a"}""")));
        Assert.Equal(new string('a', 128), RequestReader.TradeNoOf(PayIn, Bodies.Read($$"""{"tradeNo":"{{new string('a', 128)}}"}""")));
        Assert.Equal("", RequestReader.TradeNoOf(PayIn, Bodies.Read($$"""{"tradeNo":"{{new string('a', 129)}}"}""")));
        Assert.Equal("", RequestReader.TradeNoOf(PayIn, Bodies.Read("{}")));
    }

    [Theory]
    [InlineData("refund", false)]
    [InlineData("cancelPayIn", false)]
    [InlineData("queryRefund", false)]
    [InlineData("Refund", true)]
    [InlineData("deposit", true)]
    public void ARequestThatNamesAnotherOperationIsNotRead(string name, bool isRead)
    {
        var body = Bodies.Read(
            $$"""{"operation":"{{name}}","timestamp":"1728609257212","tradeNo":"a","amount":"300","wayCode":"va","notifyUrl":"https://google.com","sign":"x"}""");
        var context = new RequestContext(true, Mexico.Country.Banks);
        Assert.Equal(isRead, RequestReader.Read(Mexico.Country, PayIn, body, context, out var error) is not null);
        Assert.Equal(isRead ? null : $"operation: the request is signed for {name}", error);
        Assert.NotNull(RequestReader.Read(Mexico.Country, PayIn with { SignedName = name }, body, context, out _));
    }

    /// <summary>What a text that can be split into a creation must hold (see <c>MerchantEndpoint</c>).</summary>
    [Fact]
    public void EveryCreationHasAnAmountOfThatName() =>
        Assert.All(CountryCatalog.BuiltIn.Countries.SelectMany(c => c.Operations).Where(o => o.Creates), operation =>
        {
            var amount = Assert.Single(operation.Fields, f => f.Role == FieldRole.Amount);
            Assert.Equal((Fields.AmountName, null, Presence.Required), (amount.Name, amount.AlsoNamed, amount.Presence));
        });
}
