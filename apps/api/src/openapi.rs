//! The OpenAPI document, made from the handlers and the wire types.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use rf_kernel::Failure;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, ObjectBuilder, Ref, RefOr, Required, Response, Schema, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{
    error::ApiError,
    routes::{
        accounts, admin, assistant, audit, auth, billing, channels, events, folders, handoff, invites,
        library, links, notifications, oauth, people, pilot, psa, psa_time, queue, redaction, second_factors,
        sessions, system, trees, uploads,
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ResolutionFlow API",
        description = "Guided troubleshooting for MSP engineers: flows, sessions, and the notes they write."
    ),
    paths(
        admin::accounts, admin::account, admin::set_subscription, admin::users, admin::set_user, admin::health,
        admin::audit,
        audit::list, audit::actions, audit::check, audit::export, audit::retention, audit::set_retention,
        auth::register, auth::login, auth::login_json, auth::refresh, auth::logout, auth::me, auth::members,
        billing::show, billing::checkout, billing::portal, billing::webhook,
        auth::step_up, auth::update_me, auth::change_password,
        second_factors::finish, second_factors::get, second_factors::begin, second_factors::remove,
        second_factors::confirm, second_factors::renew, second_factors::policy, second_factors::set_policy,
        second_factors::remove_of,
        links::forgot_password, links::reset_password, links::verify_email, links::send_verification,
        links::change_email, links::confirm_email,
        invites::list, invites::create, invites::resend, invites::revoke, invites::look_up, invites::accept,
        oauth::start, oauth::start_for_invite, oauth::callback, oauth::identities, oauth::start_link, oauth::link, oauth::unlink,
        accounts::security, accounts::update_security, accounts::revoke_sessions,
        people::account, people::rename, people::transfer, people::people, people::change_person, people::teams,
        people::create_team, people::rename_team, people::delete_team,
        trees::list, trees::facets, trees::create, trees::get, trees::update, trees::archive, trees::publish,
        trees::fork, trees::lint, trees::lint_draft, trees::export, trees::import, trees::versions, trees::version,
        trees::mark_favourite, trees::unmark_favourite, trees::folders, trees::acknowledge,
        library::export, library::import, library::schema,
        folders::list, folders::create, folders::update, folders::delete, folders::put_in, folders::take_out,
        queue::jobs, queue::retry, queue::outbox, queue::mail,
        sessions::list, sessions::start, sessions::prepare, sessions::batch, sessions::get, sessions::update,
        sessions::begin, sessions::step, sessions::log, sessions::complete, sessions::scratchpad,
        sessions::variables, sessions::export, sessions::preview, sessions::save_as_tree, sessions::preview_tree, sessions::batch_progress,
        redaction::get, redaction::put,
        pilot::list, pilot::begin, pilot::get, pilot::turn, pilot::sent, pilot::similar, pilot::pause, pilot::resume, pilot::resolve, pilot::rate,
        pilot::link_ticket, pilot::documentation, pilot::edit_documentation, pilot::fix_outcome, pilot::due_fixes,
        uploads::upload, uploads::get, uploads::delete,
        assistant::list, assistant::begin, assistant::get, assistant::rename, assistant::delete, assistant::ask, assistant::sent,
        assistant::documents, assistant::add, assistant::document, assistant::remove,
        handoff::hand_over, handoff::escalate, handoff::escalations, handoff::count, handoff::quality, handoff::handoffs,
        handoff::hand_over_guided, handoff::guided_quality, handoff::handoff, handoff::claim, handoff::release, handoff::assign, handoff::pick_up, handoff::numbers,
        events::stream_events,
        notifications::list, notifications::unread_count, notifications::read, notifications::read_all,
        notifications::preferences, notifications::set_preferences,
        channels::list, channels::create, channels::change, channels::delete, channels::test, channels::messages,
        channels::retry,
        psa::get, psa::connect, psa::disconnect, psa::test, psa::settings, psa::tickets, psa::ticket, psa::members,
        psa::map_member, psa::preview, psa::push, psa::pushes, psa::retry, psa::options,
        psa_time::kept_ticket, psa_time::time, psa_time::edit_time, psa_time::ai_time, psa_time::edit_ai_time, psa_time::callback,
        system::meta, system::healthz, system::readyz, system::metrics,
    ),
    components(schemas(rf_api_types::error::ErrorBody, rf_api_types::events::StreamEvent, rf_api_types::sessions::TreeSnapshot)),
    security(("bearer" = [])),
    modifiers(&Common),
)]
struct Document;

/// Where it is served.
pub(crate) const ADDRESS: &str = "/api/openapi.json";

/// The document as it is sent, made when somebody first asks: making it for each worker was a part of every start.
static TEXT: LazyLock<Result<String, String>> =
    LazyLock::new(|| serde_json::to_string(&document()).map_err(|error| error.to_string()));

pub(crate) async fn serve() -> Result<HttpResponse, ApiError> {
    let text = TEXT.as_ref().map_err(|error| Failure::internal(error.as_str()))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(text.as_str()))
}

/// What every operation shares: the bearer scheme, and the error body for any failure.
struct Common;

impl Modify for Common {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = openapi.components.as_mut() {
            let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
            components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        }
        let may_be_empty = bodies_without_required_fields(openapi);
        for item in openapi.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
            for operation in operations.into_iter().flatten() {
                if creates(operation) {
                    operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
                }
                if let Some(RefOr::T(body)) = operation.request_body.as_mut()
                    && body.content.values().any(|content| is_one_of(content, &may_be_empty))
                {
                    body.required = Some(Required::False);
                }
                let mut failure = Response::new("Any failure");
                let body = Content::new(Some(RefOr::Ref(Ref::from_schema_name("ErrorBody"))));
                failure.content.insert("application/json".to_owned(), RefOr::T(body));
                operation.responses.responses.insert("default".to_owned(), RefOr::T(failure));
            }
        }
    }
}

/// The schemas that an empty object fits. A body that is not there stands for it.
fn bodies_without_required_fields(openapi: &utoipa::openapi::OpenApi) -> Vec<String> {
    let schemas = openapi.components.iter().flat_map(|components| &components.schemas);
    let fits_nothing = schemas.filter(|(_, schema)| match schema {
        RefOr::T(Schema::Object(object)) => object.required.is_empty(),
        _ => false,
    });
    fits_nothing.map(|(name, _)| format!("#/components/schemas/{name}")).collect()
}

fn is_one_of(content: &RefOr<Content>, references: &[String]) -> bool {
    let RefOr::T(content) = content else { return false };
    matches!(&content.schema, Some(RefOr::Ref(schema)) if references.contains(&schema.ref_location))
}

/// Whether it is asked by somebody signed in and answers with something new.
fn creates(operation: &Operation) -> bool {
    operation.responses.responses.contains_key("201") && operation.security.is_none()
}

/// What creating requests take so that they may be sent twice.
fn idempotency_key() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Chosen by the client, once for each thing it wants made. The same request under the same key within \
             24 hours makes nothing again and gets the same answer.",
        ))
        .schema(Some(text))
        .build()
}

/// The OpenAPI 3.1 document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
