using System.Text;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>
/// The calls of every country as a table that both fake gateways read: a line <c>@ segment zone</c> for each country, then its calls and
/// notifications: what, path, the members that make the order another one, the members that are answered with source and form.
/// </summary>
internal static class CallTable
{
    public static string Write(IEnumerable<ClientModel> models)
    {
        var table = new StringBuilder();
        foreach (var model in models)
        {
            table.Append($"@ {model.Country.Segment} {model.Country.TimeZone.Id}\n");
            foreach (var call in model.Calls)
            {
                var content = call.Fields.Select(field => field.Field).Where(MakesAnother).Select(field => field.Name);
                table.Append($"{call.Method} {call.Address} {Dashed(string.Join(',', content))} {Dashed(Members(call.Operation.Response))}\n");
            }

            table.Append($"payIn - - {Members(model.Country.PayInNotification)}\n");
            table.Append($"payout - - {Members(model.Country.PayoutNotification)}\n");
            table.Append($"refund - - {Members(OwnOperations.RefundNotification)}\n");
        }

        return table.ToString();
    }

    private static bool MakesAnother(Field field) =>
        field.Role is FieldRole.Amount or FieldRole.Way or FieldRole.Channel or FieldRole.Bank or FieldRole.Account or FieldRole.AccountType or FieldRole.Identity or FieldRole.IdentityType;

    private static string Dashed(string text) => text.Length == 0 ? "-" : text;

    private static string Members(IReadOnlyList<ResponseMember> members) => string.Join(',', members.Select(member => $"{member.Name}={member.Source}/{member.Form}"));
}
