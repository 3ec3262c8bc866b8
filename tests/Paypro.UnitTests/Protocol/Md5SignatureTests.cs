using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Protocol;

public class Md5SignatureTests
{
    private const string Mexico = "0123456789abcdef0123456789abcdef";
    private const string Indonesia = "example_app_secret";
    private const string Pakistan = "demo_secret_0001";
    private const string Kenya = "paypro-test-secret";

    private static readonly byte[] Secret = Bodies.Utf8(Mexico);

    [Theory]
    [InlineData(Mexico, """{"sign":"x","timestamp":"1728613488294","tradeNo":"test_00000008"}""", "fbdd711b74a90d0e337104ace22ad611")]
    [InlineData(Mexico, """{"timestamp":"1724151084278"}""", "b17b00b2ea9d118875e4697526946d0b")]
    [InlineData(Mexico, """{"sign":"x","timestamp":"1728611780130","tradeNo":"test_00000001","wayCode":"BANXICO","amount":"200","customerName":"kevin zhang","customerMobile":"18956325478","customerEmail":"","customerAccountType":"DebitCard","customerAccount":"kevin_zhang_account","identity":"58452586558","notifyUrl":"https://google.com","remark":"test"}""", "ff19f5d4b32d494108b039e37bf3586b")]
    [InlineData(Mexico, """{"platFormTradeNo":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","amount":30000,"status":"0000","message":"SUCCESS","utr":"111111111111","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968","sign":"12222222222"}""", "e7f57afca5791889f7d8efafc8773ce3")]
    [InlineData(Mexico, """{"amount":"300","identityType":"CPF","name":"123","notifyUrl":"http://abc.com/notify","remark":"000000","returnUrl":"http://abc.com/callback_page","timestamp":"1724142041682","tradeNo":"test_00000007","userIdentity":"2348937596"}""", "fda910ddecf04473e42e3964a23d7570")]
    [InlineData(Indonesia, """{"timestamp":"1724151084278"}""", "953f8732e1575db378ec41d519eddd8d")]
    [InlineData(Indonesia, """{"timestamp":"1728613488294","tradeNo":"test_00000008"}""", "07bd54916424c56fb0962dc1bb4804a9")]
    [InlineData(Indonesia, """{"amount":100000,"bankAccountNo":"5464438554636","bankCode":"0002","customerName":"kevin","email":"kevin@example.com","mobile":"6281245907765","notifyUrl":"https://google.com","remark":"remark","timestamp":1732985021335,"tradeNo":"39fa354542824ee789faf526f27c024f"}""", "957d8f43db5beaf7cd40d56cc8d3208b")]
    [InlineData(Indonesia, """{"amount":100000,"bankAccountNo":"5464438554636","bankCode":"0002","customerName":"kevin","email":"kevin@example.com","mobile":"6281245907765","notifyUrl":"https://google.com","remark":"","timestamp":1732985021335,"tradeNo":"39fa354542824ee789faf526f27c024f"}""", "00ed425f6112e8b62dbac61957eba0d7")]
    [InlineData(Indonesia, """{"amount":"30000","message":"SUCCESS","platFormTradeNo":"5286e98841194687a95d25b5f3be346d","status":"0000","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968","tradeNo":"00000020"}""", "e63035fb0471e912ed47326b4a826a38")]
    [InlineData(Indonesia, """{"timestamp":"1729156246442","tradeNo":"133323392"}""", "7455d4d87033a6b230334d728cf20b81")]
    [InlineData(Indonesia, """{"amount":"50000","tradeNo":"133323392","notifyUrl":"1","bankName":"VietQR","timestamp":"1729153461856","remark":"test"}""", "7aeba4cbf2273a062bc11e023879b2c8")]
    [InlineData(Indonesia, """{"accountName":"NGUYEN THE VIET","amount":"50000","bankName":"ACB","bankNumber":"18199852","tradeNo":"933323381","notifyUrl":"1","timestamp":"1729152493114","remark":"test"}""", "ef2174259eaaa22dfc7cde28e835f5eb")]
    [InlineData(Pakistan, """{"timestamp":"1724151084278"}""", "afa0ef7b69ae031de9b13e45dcfecebf")]
    [InlineData(Pakistan, """{"tradeNo":"PKFORM_in001","timestamp":"1724142308374"}""", "1cc6716150e93832d2507e6113b00031")]
    [InlineData(Pakistan, """{"tradeNo":"PKFORM_out002","timestamp":"1724142308374"}""", "3f850111b9e9e5b189c4ffd2da7dca7c")]
    [InlineData(Pakistan, """{"platFormTradeNo":"5286e98841194687a95d25b5f3be346d","tradeNo":"00000020","amount":"30000","status":"0000","message":"SUCCESS","successTime":"2024-07-01 18:34:31","timestamp":"1724740395968"}""", "68b705102d42ce56ca565360492a04b1")]
    [InlineData(Pakistan, """{"amount":"200","payType":"GrabPay","tradeNo":"99333213852","notifyUrl":"https://www.111.com/","returnUrl":"www.google.com","timestamp":"1729945561186"}""", "056cd9be7e2afc5d6f74e18172d997c9")]
    [InlineData(Pakistan, """{"amount":"200","payType":"GrabPay","tradeNo":"99333213852","notifyUrl":"https://www.111.com/","returnUrl":"www.google.com","timestamp":"1729945561186","remark":""}""", "056cd9be7e2afc5d6f74e18172d997c9")]
    [InlineData(Pakistan, """{"amount":"200","payType":"3","tradeNo":"99333213852","notifyUrl":"https://www.111.com/","timestamp":"1729945561186"}""", "1808c7d386118b6d9a627c391f7c0c4d")]
    [InlineData(Pakistan, """{"accountName":"09539077075","amount":"100","bankName":"Maya","bankNumber":"09539077075","notifyUrl":"https://www.111.com/","timestamp":1729947433293,"tradeNo":"993332112131"}""", "d26d7ee3d0519b275654e2e8d68a9939")]
    [InlineData(Kenya, """{"code":"SHL2A6WAQU","timestamp":"2222222222"}""", "ad0e66e33841ff5162ab84e98bb3476a")]
    [InlineData(Kenya, """{"timestamp":"1715941383720","amount":"50","remark":"000000","tradeNo":"1000023","mobile":"254115555088"}""", "b075d142461f4b2bc784421698185a34")]
    [InlineData(Kenya, """{"timestamp":"1715941383720","amount":"50","remark":"000000","tradeNo":"1000023","mobile":"254115555088","notifyUrl":""}""", "b075d142461f4b2bc784421698185a34")]
    [InlineData(Kenya, """{"amount":"300","notifyUrl":"https://google.com","remark":"test","timestamp":"1728611780130","tradeNo":"test_00000001","walletId":"01123456789","wayCode":"EWALLET_BKASH"}""", "803e75093a61e2bde2cdd7ee7a34ffef")]
    [InlineData(Kenya, """{"timestamp":"1729153976003","tradeNo":"133323384"}""", "e251379571e1172a6685ff8272c9b541")]
    [InlineData(Kenya, """{"timestamp":"1728611780130","tradeNo":"test_00000001","walletId":"01123456789","customerName":"kevin","amount":"300","notifyUrl":"https://google.com","remark":"test"}""", "e80e8f54ab61d5ca277a5ce0663b299d")]
    [InlineData(Kenya, """{"timestamp":"1728609257212","tradeNo":"test_00000008","payer":"kevin zhang","amount":"300","mobile":"6789123456","email":"sdkjfksdjfk@gmail.com","notifyUrl":"https://google.com","returnUrl":"http://abc.com/callback_page","remark":"test"}""", "92238a118b98677be90c35ffbb844ea7")]
    [InlineData(Kenya, """{"timestamp":"1728613320708","tradeNo":"test_00000002"}""", "ea0d000b8225059d3296724dba864509")]
    [InlineData(Kenya, """{"amount":"300","email":"123@qq.com","ipAddress":"14.155.28.59","mobile":"918234567890","name":"abc","notifyUrl":"https://google.com","remark":"000000","returnUrl":"http://abc.com/callback_page","timestamp":"1724142041682","tradeNo":"00000007"}""", "045a4a4d3559738e4f784de6609b1766")]
    [InlineData(Kenya, """{"timestamp":"1729156246442","tradeNo":"133323392"}""", "c83099252c5a87b31a2dcbfe28e46b05")]
    [InlineData(Kenya, """{"amount":"500","channelCode":"EWALLET","email":"kevin@gmail.com","mobile":"15875595997","notifyUrl":"http://www.google.com","remark":"test","returnUrl":"http://www.google.com","timestamp":1748247671673,"tradeNo":"pSPqrzJJ3MHkdyzS","username":"kevin","wayCode":"PALMPAY"}""", "374b0f84f418a8581457394f97abee76")]
    [InlineData(Kenya, """{"timestamp":"1724151084278"}""", "646d3238bb3a8969062c2e2a18b4eb36")]
    [InlineData(Kenya, """{"timestamp":"1732988442913","tradeNo":"0b4ece82fa9749e8b8e57fa64931b7f8","amount":1000000,"mobile":"6281245907765","email":"kevin@163.com","notifyUrl":"https://google.com","remark":"test","username":"kevin"}""", "9f1d9bd2344ad155208d001953272035")]
    public void Equals_the_computed_vectors(string secret, string json, string expected)
    {
        var key = Bodies.Utf8(secret);
        var body = Bodies.Read(json);
        Assert.Equal(expected, Md5Signature.Compute(body, key));
        Assert.True(Md5Signature.Verify(body, Bodies.Utf8(expected), key));
        Assert.True(Md5Signature.Verify(body, Bodies.Utf8(expected.ToUpperInvariant()), key));
        Assert.False(Md5Signature.Verify(body, Bodies.Utf8(expected), Bodies.Utf8(secret + " ")));
    }

    [Fact]
    public void Null_may_be_left_out_or_signed_as_four_letters()
    {
        var body = Bodies.Read("""{"a":"1","b":null}""");
        Assert.Equal(Md5("a=1"), Md5Signature.Compute(body, Secret));
        Assert.True(Md5Signature.Verify(body, Bodies.Utf8(Md5("a=1")), Secret));
        Assert.True(Md5Signature.Verify(body, Bodies.Utf8(Md5("a=1b=null")), Secret));
        Assert.False(Md5Signature.Verify(body, Bodies.Utf8(Md5("a=1b=")), Secret));

        // However many and wherever: all of them are left out, or all are signed.
        var several = Bodies.Read("""{"a":null,"b":null,"c":"1"}""");
        Assert.True(Md5Signature.Verify(several, Bodies.Utf8(Md5("c=1")), Secret));
        Assert.True(Md5Signature.Verify(several, Bodies.Utf8(Md5("a=nullb=nullc=1")), Secret));
        Assert.False(Md5Signature.Verify(several, Bodies.Utf8(Md5("a=nullc=1")), Secret));
    }

    [Fact]
    public void Text_null_is_text() => Assert.Equal(Md5("a=null"), Md5Signature.Compute(Bodies.Read("""{"a":"null"}"""), Secret));

    [Theory]
    [InlineData("""{"n":30000.00}""", "n=30000.00")]
    [InlineData("""{"n":1.0E7}""", "n=1.0E7")]
    [InlineData("""{"n":true,"m":false}""", "m=falsen=true")]
    [InlineData("""{"n":"  "}""", "n=  ")]
    [InlineData("""{"b":"1","B":"2","a":"3"}""", "B=2a=3b=1")]
    [InlineData("""{"customerAccountType":"t","customerAccount":"a"}""", "customerAccount=acustomerAccountType=t")]
    [InlineData("""{"url":"http:\/\/abc.com","name":"Jos\u00e9 \ud83d\ude00"}""", "name=José 😀url=http://abc.com")]
    [InlineData("""{"\u0061":"1"}""", "a=1")]
    [InlineData("""{"Sign":"1","sign":"2"}""", "Sign=1")]
    [InlineData("""{"\uff5e":"1","😀":"2","é":"3"}""", "é=3😀=2～=1")]
    [InlineData("{}", "")]
    public void Signs_the_literal_text(string json, string joined) =>
        Assert.Equal(Md5(joined), Md5Signature.Compute(Bodies.Read(json), Secret));

    [Fact]
    public void Reads_the_sign_of_the_body()
    {
        Assert.True(Md5Signature.Verify(Bodies.Read($$"""{"a":"1","sign":"{{Md5("a=1")}}"}"""), Secret));
        Assert.False(Md5Signature.Verify(Bodies.Read("""{"a":"1"}"""), Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000")]
    public void Refuses_what_is_no_signature(string sign) =>
        Assert.False(Md5Signature.Verify(Bodies.Read("""{"a":"1"}"""), Bodies.Utf8(sign), Secret));

    [Fact]
    public void Signs_bodies_beyond_the_stack()
    {
        for (var length = 900; length < 2100; length++)
        {
            var fits = new string('x', length);
            Assert.Equal(Md5($"a={fits}"), Md5Signature.Compute(Bodies.Read($$"""{"a":"{{fits}}"}"""), Secret));
        }

        var value = new string('x', 5000);
        Assert.Equal(Md5($"a={value}"), Md5Signature.Compute(Bodies.Read($$"""{"a":"{{value}}"}"""), Secret));
    }

    [Fact]
    public void Order_and_empty_members_do_not_matter() =>
        Members.Select(Gen.Int[0, 1000], Gen.Bool).Sample((members, seed, withNull) =>
        {
            var expected = Md5Signature.Compute(Body(members), Secret);
            var turned = members.Skip(seed % members.Count).Concat(members.Take(seed % members.Count)).ToList();
            turned.Insert(seed % (turned.Count + 1), KeyValuePair.Create("zz-empty", withNull ? null : "")!);
            Assert.Equal(expected, Md5Signature.Compute(Body(turned), Secret));
            Assert.Equal(expected, Md5Signature.Compute(turned, Secret));
        });

    [Fact]
    public void Any_changed_literal_changes_the_signature() =>
        Members.Select(Gen.Int[0, 1000]).Sample((members, seed) =>
        {
            var sign = Bodies.Utf8(Md5Signature.Compute(Body(members), Secret));
            var at = seed % members.Count;
            var changed = members.ToList();
            changed[at] = KeyValuePair.Create(members[at].Key, members[at].Value + "0")!;
            Assert.True(Md5Signature.Verify(Body(members), sign, Secret));
            Assert.False(Md5Signature.Verify(Body(changed), sign, Secret));
        });

    private static Gen<List<KeyValuePair<string, string?>>> Members =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 8], Gen.String[Gen.Char[' ', '\u00ff'].Where(c => !char.IsControl(c)), 1, 20])
            .Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2))
            .List[1, 12]
            .Select(list => list.Where(member => member.Key != "sign").DistinctBy(member => member.Key).ToList())
            .Where(list => list.Count > 0);

    private static FlatBody Body(IEnumerable<KeyValuePair<string, string?>> members)
    {
        var parts = members.Select(member => $"{JsonSerializer.Serialize(member.Key)}:{JsonSerializer.Serialize(member.Value)}");
        return Bodies.Read($"{{{string.Join(",", parts)}}}");
    }

    private static string Md5(string joined) =>
        Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(joined + Mexico)));

    /// <summary>A name counts wherever the signed text has it, since the text can be split there; the member <c>sign</c> is not signed.</summary>
    [Theory]
    [InlineData("""{"amount":"1"}""", true)]
    [InlineData("""{"amount":1,"tradeNo":"a"}""", true)]
    [InlineData("""{"tradeNo":"amount=1"}""", true)]
    [InlineData("""{"a":"b","bamou":"x","x":"amount=1"}""", true)]
    [InlineData("""{"abc":"xam","ount":"1"}""", true)]
    [InlineData("""{"abc":"am","ount":null}""", true)]
    [InlineData("""{"amount":""}""", false)]
    [InlineData("""{"sign":"amount=1","tradeNo":"a"}""", false)]
    [InlineData("""{"tradeNo":"amount"}""", false)]
    [InlineData("{}", false)]
    public void ANameIsFoundWhereverTheTextCouldBeSplit(string body, bool could) =>
        Assert.Equal(could, Md5Signature.CouldSign(Bodies.Read(body), "amount"u8));
}
