using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Notices;

/// <summary>The calls of the operator API about notices.</summary>
internal static class NoticeApiRoutes
{
    private const string Call = OperatorApiRoutes.Root + "/notices";
    private const int Most = 50;

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Call, Permissions.MerchantsSee, "listNotices", "What merchants of some countries are told, the latest first; at most fifty.", async (s, _) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return OperatorApi.Ok(new Listed<NoticeView>([.. (await context.Notices.AsNoTracking().OrderByDescending(n => n.Id).Take(Most).ToListAsync()).Select(NoticeView.Of)], null));
        }) { Answers = typeof(Listed<NoticeView>) },
        new("POST", Call, Permissions.MerchantsEdit, "addNotice", "Tells merchants of some countries something: on their dashboards for a time, and by mail to their owners once.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<NoticeBoard>().AddAsync(c.By, c.Read<NoticeWish>(), c.Keeping<NoticeView>(201)), 201))
        { Example = new NoticeWish("SPEI is maintained tonight. Payouts of that time are sent afterwards.", ["MX"], [], 0, 0, 3, 90), Answers = typeof(NoticeView), Status = 201 },
        new("POST", Call + "/{notice:long}/end", Permissions.MerchantsEdit, "endNotice", "Takes a notice off the dashboards at once.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<NoticeBoard>().EndAsync(c.By, long.Parse((string)c.Request.RouteValues["notice"]!, CultureInfo.InvariantCulture), c.Read<ReasonWish>().Reason, c.Keeping<NoticeView>(200)), 200)) { Example = new ReasonWish("it is over sooner"), Answers = typeof(NoticeView) },
    ];
}
