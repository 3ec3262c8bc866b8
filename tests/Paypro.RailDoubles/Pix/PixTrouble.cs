using System.Text.Json.Nodes;

namespace Paypro.RailDoubles.Pix;

/// <summary>How a call goes wrong.</summary>
/// <param name="Kind">When it does.</param>
internal sealed record PixTrouble(PixTroubleKind Kind)
{
    /// <summary>The answer's status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The answer's body.</summary>
    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    /// <summary>Changes what would have been answered.</summary>
    public Action<JsonObject>? Change { get; init; }

    /// <summary>Runs after the call was done and before it is answered.</summary>
    public Func<Task>? Before { get; init; }

    public (string Name, string Value)? Header { get; init; }

    public static PixTrouble CutBefore { get; } = new(PixTroubleKind.CutBefore);

    public static PixTrouble CutAfter { get; } = new(PixTroubleKind.CutAfter);

    public static PixTrouble HangAfter { get; } = new(PixTroubleKind.HangAfter);

    /// <summary>Answered so, and nothing is done.</summary>
    public static PixTrouble Instead(int status, string body, string contentType = "application/json") => new(PixTroubleKind.Instead) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and answered so all the same.</summary>
    public static PixTrouble After(int status, string body, string contentType = "application/json") => new(PixTroubleKind.After) { Status = status, Body = body, ContentType = contentType };

    /// <summary>Done, and the answer changed.</summary>
    public static PixTrouble Changed(Action<JsonObject> change) => new(PixTroubleKind.Changed) { Change = change };

    /// <summary>An error in the standard's form.</summary>
    public static string Problem(string name, int status) =>
        new JsonObject { ["type"] = $"https://pix.bcb.gov.br/api/v2/error/{name}", ["title"] = name, ["status"] = status, ["detail"] = "As the test says." }.ToJsonString();

    /// <summary>An error in Efí's form.</summary>
    public static string Named(string name) => new JsonObject { ["nome"] = name, ["mensagem"] = "As the test says." }.ToJsonString();
}

/// <summary>When a call goes wrong.</summary>
internal enum PixTroubleKind
{
    /// <summary>The connection is cut and nothing is done.</summary>
    CutBefore = 1,

    /// <summary>It is done, and the connection is cut.</summary>
    CutAfter = 2,

    /// <summary>It is done, and no answer comes.</summary>
    HangAfter = 3,

    /// <summary>Nothing is done, and something is answered.</summary>
    Instead = 4,

    /// <summary>It is done, and something else is answered.</summary>
    After = 5,

    /// <summary>It is done, and the answer is changed.</summary>
    Changed = 6,
}
