using System.Text;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>A country's part of the TypeScript client.</summary>
internal static class TypeScriptCountry
{
    public static string FileOf(ClientModel model) => model.Name.ToLowerInvariant();

    public static string Write(ClientModel model)
    {
        var code = new StringBuilder();
        code.Append($$"""
            // Written by eng/clients from src/Paypro.Protocol/Countries/{{model.Name}}.cs: change that, and run it.
            import { PayproClient, type Answer, type CallOptions, type PayproOptions } from "../client.js";
            import { amountText, type Amount, type MemberTexts } from "../members.js";
            import { NotificationCheck, type NotificationRequest } from "../notifications.js";
            import { stateOf, type OrderState } from "../outcomes.js";

            /** The calls of {{model.Country.Name}}, with the segment `{{model.Country.Segment}}`. {{model.CurrencySentence}}. */
            export class {{model.Name}}Client {
              /** Makes calls that have no name here, and checks nothing of them. */
              readonly calls: PayproClient;
              readonly #check: NotificationCheck;

              constructor(options: PayproOptions) {
                this.calls = new PayproClient(options);
                this.#check = new NotificationCheck(options);
              }

            """);
        foreach (var call in model.Calls)
        {
            var parameters = call.Request is not null ? $"request: {call.Request}, " : string.Concat(call.Fields.Select(field => $"{field.Field.Name}: string, "));
            var members = (call.Operation.SignedName is { } signed ? new[] { $"operation: \"{signed}\"" } : []).Concat(call.Fields.Select(field => $"{field.Field.Name}: {ValueOf(call, field)}"));
            code.Append($$"""

                  /** {{call.Summary}} */
                  {{call.Method}}({{parameters}}options?: CallOptions): Promise<Answer<{{call.Answer.Name}}>> {
                    return this.calls.read("{{call.Address}}", { {{string.Join(", ", members)}} }, read{{call.Answer.Name}}, options);
                  }

                """);
        }

        foreach (var notification in model.Notifications)
        {
            code.Append($$"""

                  /** Checks and reads a notification: {{char.ToLowerInvariant(notification.Summary[0])}}{{notification.Summary[1..]}} Undefined when it is forged, too old or no such notification. */
                  read{{notification.Name.Replace("Notification", "", StringComparison.Ordinal)}}(request: NotificationRequest): Promise<{{notification.Name}} | undefined> {
                    return this.#check.read(request, read{{notification.Name}}{{(notification.Name.StartsWith("Refund", StringComparison.Ordinal) ? "" : ", \"refundNo\"")}});
                  }

                """);
        }

        code.Append("}\n");
        foreach (var (name, summary, values) in model.Choices)
        {
            code.Append($"\n/** {summary} */\nexport const {char.ToLowerInvariant(name[0])}{name[1..]} = {{\n");
            code.Append(string.Concat(values.Select(value => $"  /** {value.Text}. */\n  {ClientModel.Pascal(value.Value)}: \"{value.Value}\",\n")));
            code.Append("} as const;\n");
        }

        foreach (var call in model.Calls)
        {
            if (call.Request is not null)
            {
                code.Append($"\n/** Request of `{call.Method}`. */\nexport interface {call.Request} {{\n");
                code.Append(string.Concat(call.Fields.Select(field => $"  /** {field.Summary} */\n  readonly {field.Field.Name}{(field.IsRequired ? "" : "?")}: {TypeOf(field)}{(field.IsRequired ? "" : " | undefined")};\n")));
                code.Append("}\n");
            }

            WriteRecord(code, call.Answer);
        }

        foreach (var notification in model.Notifications)
        {
            WriteRecord(code, notification);
        }

        return code.ToString();
    }

    private static string TypeOf(WrittenField field) =>
        field.Field.Role == FieldRole.Amount ? "Amount" : field.Choices.Count > 0 ? string.Join(" | ", field.Choices.Select(choice => $"\"{choice}\"")) : "string";

    private static string ValueOf(WrittenCall call, WrittenField field)
    {
        var value = call.Request is null ? field.Field.Name : "request." + field.Field.Name;
        return field.Field.Role == FieldRole.Amount ? $"amountText({value})" : value;
    }

    private static void WriteRecord(StringBuilder code, WrittenRecord record)
    {
        code.Append($"\n/** {record.Summary} */\nexport interface {record.Name} {{\n");
        foreach (var member in record.Members)
        {
            code.Append($"  /** {member.Summary} */\n  readonly {member.Name}: string{(member.IsAlways ? "" : " | undefined")};\n");
            code.Append(member.Name == "status" ? "  /** What `status` means. */\n  readonly state: OrderState;\n" : "");
        }

        code.Append($"}}\n\nfunction read{record.Name}({(record.Members.Count == 0 ? "_" : "")}members: MemberTexts): {record.Name} {{\n  return {{\n");
        foreach (var member in record.Members)
        {
            var read = $"members.{(member.IsAmount ? "amount" : member.IsAlways ? "text" : "optional")}({string.Join(", ", member.WireNames.Select(name => $"\"{name}\""))})";
            code.Append($"    {member.Name}: {read},\n");
            code.Append(member.Name == "status" ? $"    state: stateOf({read}),\n" : "");
        }

        code.Append("  };\n}\n");
    }
}
