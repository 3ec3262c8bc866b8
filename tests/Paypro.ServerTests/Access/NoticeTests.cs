using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Mail;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Notices;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Access;

/// <summary>What the operator tells merchants: on dashboards for its time, by mail once, and only where it concerns somebody.</summary>
public sealed class NoticeTests
{
    private const long Day = 86_400_000;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OwnersOfItsCountriesAreMailedOnceAndDashboardsShowItForItsTime(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await ground.The<ConfigStore>().SaveAsync(c =>
        {
            c.Businesses.AddRange(new BusinessRow { Id = 71, Name = "First" }, new BusinessRow { Id = 72, Name = "Second" });
            c.Merchants.AddRange(Merchant(7_100_000_001, 71, "MX"), Merchant(7_100_000_002, 71, "MX"), Merchant(7_100_000_003, 71, "EG"), Merchant(7_200_000_001, 72, "KE"));
            return Task.CompletedTask;
        });
        await UserAsync(ground, "owner@example.com", Role.Owner, 71, language: "es");
        await UserAsync(ground, "egypt@example.com", Role.Owner, 71, 7_100_000_003);
        await UserAsync(ground, "finance@example.com", Role.MerchantFinance, 71);
        await UserAsync(ground, "gone@example.com", Role.Owner, 71, state: UserState.Disabled);
        await UserAsync(ground, "kenya@example.com", Role.Owner, 72);
        var (board, home, begins) = (ground.The<NoticeBoard>(), ground.The<HomeNotices>(), ground.NowMs + (5 * Day));
        var wish = new NoticeWish("SPEI rests.\r\nPayouts follow.", ["MX"], ["CLABE"], begins, begins + Day, 2);
        var made = await board.AddAsync(Actor.Program, wish, Answer<NoticeView>.Unkept);
        Assert.Null(made.Problem);
        Assert.Equal((1, begins - (2 * Day), "SPEI rests.\nPayouts follow."), (made.Value!.Mailed, made.Value.ShownFromMs, made.Value.Text));
        var mail = await ground.ReadAsync(c => c.Mails.AsNoTracking().SingleAsync(m => m.Kind == "notice"));
        var content = ground.The<Mails>().Open(mail);
        Assert.Equal(("owner@example.com", "Un aviso sobre sus pagos"), (mail.Recipient, content.Subject));
        Assert.Contains("SPEI rests.\nPayouts follow.\n\nPaíses: MX\nVías: CLABE", content.Text, StringComparison.Ordinal);
        Assert.Equal(1, await ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "notice.add" && a.After.Contains("SPEI rests"))));

        // Not before its days, only in its country, and not after its end.
        Assert.Empty(await SeenAsync(begins - (2 * Day) - 1));
        Assert.Equal([made.Value.Notice], await SeenAsync(begins - (2 * Day)));
        Assert.Equal([made.Value.Notice], await SeenAsync(begins + Day - 1));
        Assert.Empty(await home.OfAsync(["EG", "KE"], CancellationToken.None));
        Assert.Single(await home.OfAsync(["EG", "MX"], CancellationToken.None));
        Assert.Empty(await SeenAsync(begins + Day));

        // One that is ended goes at once, and cannot be ended again.
        var second = (await board.AddAsync(Actor.Program, new NoticeWish("Now.", ["MX", "EG"], [], 0, 0, 0, 60), Answer<NoticeView>.Unkept)).Value!;
        Assert.Equal(2, second.Mailed);
        Assert.Single(await home.OfAsync(["EG"], CancellationToken.None));
        Assert.Null((await board.EndAsync(Actor.Program, second.Notice, "x", Answer<NoticeView>.Unkept)).Problem);
        Assert.Empty(await home.OfAsync(["EG"], CancellationToken.None));
        Assert.Equal("notice: there is no such notice to come", (await board.EndAsync(Actor.Program, second.Notice, "x", Answer<NoticeView>.Unkept)).Problem);
        Assert.Equal(3, await ground.ReadAsync(c => c.Mails.CountAsync(m => m.Kind == "notice")));

        async Task<IEnumerable<long>> SeenAsync(long atMs)
        {
            ground.Time.Set(DateTimeOffset.FromUnixTimeMilliseconds(atMs));
            return (await home.OfAsync(["MX"], CancellationToken.None)).Select(n => n.Id);
        }
    }

    [Fact]
    public async Task AWrongOneIsASentenceAndTellsNobody()
    {
        await using var ground = await PaymentsGround.StartAsync(Engine.Sqlite);
        var good = new NoticeWish("Text.", ["MX"], [], 0, 0, 3, 60);
        foreach (var (wish, says) in new (NoticeWish, string)[]
        {
            (good with { Text = " \n " }, "text: must have 1 to 1000"), (good with { Text = new string('x', 1001) }, "text: must have 1 to 1000"), (good with { Text = "a\0b" }, "text: must have 1 to 1000"),
            (good with { Countries = [] }, "countries: name at least one"), (good with { Countries = ["MX", "MX"] }, "countries: name at least one"), (good with { Countries = ["XX"] }, "countries: name at least one"),
            (good with { Ways = ["nothing"] }, "ways: one is not a way"), (good with { DaysBefore = 31 }, "daysBefore: must be from 0 to 30"), (good with { Minutes = 0 }, "toMs: must be later"),
            (good with { Minutes = 0, ToMs = ground.NowMs - 1 }, "toMs: must be later"), (good with { Minutes = 60 * 24 * 32 }, "toMs: a notice tells of 31 days"),
        })
        {
            Assert.Contains(says, (await ground.The<NoticeBoard>().AddAsync(Actor.Program, wish, Answer<NoticeView>.Unkept)).Problem!, StringComparison.Ordinal);
        }

        Assert.Equal((0, 0), (await ground.ReadAsync(c => c.Notices.CountAsync()), await ground.ReadAsync(c => c.Mails.CountAsync(m => m.Kind == "notice"))));
    }

    private static MerchantRow Merchant(long no, long business, string country) => new() { MerchantNo = no, Bucket = 1, BusinessId = business, Country = country, Currency = "MXN", Name = "Test", CreatedAtMs = 1 };

    private static Task<bool> UserAsync(PaymentsGround ground, string email, Role role, long business, long merchant = 0, string language = "", UserState state = UserState.Active) =>
        ground.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await ground.The<Users>().GiveAsync(context, trail, new RoleWish(email, role, business, merchant), Actor.Program);
            (user.State, user.Language) = (state, language);
            return true;
        });
}
