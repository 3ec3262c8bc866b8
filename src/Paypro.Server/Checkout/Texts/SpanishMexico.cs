using Paypro.Protocol.Countries;

namespace Paypro.Server.Checkout.Texts;

/// <summary>Spanish as Mexico speaks it.</summary>
internal static class SpanishMexico
{
    public static readonly PageTexts Texts = new()
    {
        Language = "es-MX",
        CurrencySign = "$",
        Months = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
        DateAndTime = "{0} de {1} de {2}, {3} h",
        Zone = "hora del centro de México",
        Sandbox = "Entorno de pruebas: no envíes dinero real.",
        PayTo = "Pago a",
        Order = "Pedido",
        Amount = "Total a pagar",
        Total = "Total",
        Due = "Paga antes del",
        PaidAt = "Recibido el",
        Support = "Folio de pago",
        UpdatesItself = "Esta página se actualiza sola cuando recibimos tu pago.",
        UpdatesSlowly = "Esta página se actualiza cada 10 segundos.",
        ChooseTitle = "Elige cómo pagar",
        ChooseText = "Podrás cambiar de opción mientras no hayas pagado.",
        ChooseAnother = "Cambiar forma de pago",
        NoWay = "Por el momento no hay formas de pago disponibles. Inténtalo más tarde o contacta al comercio.",
        Declined = "No se pudo usar la forma de pago anterior y no se hizo ningún cobro. Elige otra opción o inténtalo de nuevo.",
        Refused = "No pudimos preparar esa forma de pago. Elige otra opción o inténtalo más tarde.",
        Ways = new Dictionary<string, WayText>
        {
            [Mexico.VirtualAccount] = new(
                "Transferencia SPEI (CLABE)",
                "Desde la app o banca en línea de tu banco.",
                [
                    "Abre la app de tu banco y elige transferir a otro banco (SPEI).",
                    "Captura la CLABE y el nombre del beneficiario tal como aparecen aquí.",
                    "Envía exactamente {0}. La CLABE es solo para este pago.",
                ]),
            [Mexico.Store] = new(
                "Efectivo en tienda",
                "En caja, con código de barras o referencia.",
                [
                    "Ve a una tienda participante y di que quieres pagar un servicio con referencia.",
                    "Muestra el código de barras o dicta la referencia.",
                    "Paga {0} en efectivo y conserva tu comprobante.",
                ]),
        },
        Copy = "Copiar",
        Copied = "Copiado",
        Print = "Imprimir",
        Clabe = "CLABE interbancaria",
        Beneficiary = "Beneficiario",
        Bank = "Banco",
        Concept = "Concepto (opcional)",
        StoreReference = "Referencia de pago",
        StoreNetwork = "Tiendas participantes",
        Barcode = "Código de barras de la referencia",
        PaymentData = "Datos para tu pago",
        HowTo = "Cómo pagar",
        ReturnNow = "Volver a {0}",
        ReturnSoon = "En unos segundos te llevaremos de vuelta a {0}.",
        ReturnWithoutPaying = "Salir y volver a {0}",
        AlreadyPaid = "Recibido",
        StillToPay = "Falta por pagar",
        GoneBack = "Devuelto",
        States = new Dictionary<PageState, StateText>
        {
            [PageState.Choosing] = new("Elige cómo pagar", ""),
            [PageState.Preparing] = new("Preparando tus datos de pago", "Espera un momento, por favor. No hagas ningún pago todavía."),
            [PageState.Waiting] = new("Esperando tu pago", ""),
            [PageState.PartlyPaid] = new(
                "Pago incompleto", "Recibimos una parte de tu pago, pero el plazo terminó. Contacta al comercio para completarlo."),
            [PageState.Paid] = new("Pago recibido", "Tu pago se completó. Gracias."),
            [PageState.OverPaid] = new(
                "Pago recibido", "Tu pago se completó y recibimos más de lo solicitado. Contacta al comercio por la diferencia."),
            [PageState.Failed] = new("El pago no se realizó", "No se completó el pago. Vuelve al comercio para intentarlo de nuevo."),
            [PageState.Expired] = new(
                "El plazo para pagar terminó", "Ya no uses estos datos de pago. Si pagaste hace poco, esta página lo mostrará cuando lo recibamos."),
            [PageState.Returned] = new("Pago devuelto", "El dinero de este pago fue devuelto. Si tienes dudas, contacta al comercio."),
        },
        PartlyPaidInTime = new("Falta una parte", "Recibimos una parte de tu pago. Envía el resto para completarlo."),
        NotFound = new("No encontramos este pago", "Revisa que la dirección esté completa o pide un nuevo enlace al comercio."),
        Busy = new("Inténtalo de nuevo en un momento", "En este momento no podemos mostrar tu pago. Si ya pagaste, no vuelvas a pagar."),
    };
}
