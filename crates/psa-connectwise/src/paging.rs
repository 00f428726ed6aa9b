//! Lists of many pages, in the three styles servers have: by id, by number with links, by number without.

use rf_psa::PsaError;
use serde::de::DeserializeOwned;

use crate::client::{Call, Client, parse};

/// Rows asked for at once in complete lists; the most the API gives is 1,000.
const PAGE_SIZE: usize = 500;
/// A list of more pages is not a list of boards, members or notes any more.
const MAX_PAGES: usize = 200;

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Page(usize),
    After(i64),
}

/// How a complete list is paged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    /// By id, so that what is added meanwhile moves nothing. Servers that do not know it answer as to `Pages`.
    Forward,
    /// By number, for lists whose rows are of several sorts.
    Pages,
}

impl Client {
    /// One page, and where the list goes on.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        call: &Call,
        page: usize,
        size: usize,
    ) -> Result<(Vec<T>, Option<Next>), PsaError> {
        let mut call = call.clone();
        call.query.extend([("pageSize", size.to_string()), ("page", page.to_string())]);
        let answer = self.answer(&call).await?;
        let items: Vec<T> = parse(call.effect, &answer.body)?;
        let next = next(answer.link.as_deref(), items.len() >= size, page);
        Ok((items, next))
    }

    /// All pages.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        path: impl Into<String>,
        query: Vec<(&'static str, String)>,
        paging: Paging,
    ) -> Result<Vec<T>, PsaError> {
        let mut first = Call::get(path, query);
        first.forward_only = paging == Paging::Forward;
        first.query.push(("pageSize", PAGE_SIZE.to_string()));
        let mut all = Vec::new();
        let mut at = (paging == Paging::Pages).then_some(Next::Page(1));
        for page in 1..=MAX_PAGES {
            let mut call = first.clone();
            call.query.extend(at.map(|at| match at {
                Next::Page(page) => ("page", page.to_string()),
                Next::After(id) => ("pageId", id.to_string()),
            }));
            let answer = self.answer(&call).await?;
            let items: Vec<T> = parse(call.effect, &answer.body)?;
            let (empty, full) = (items.is_empty(), items.len() >= PAGE_SIZE);
            all.extend(items);
            at = next(answer.link.as_deref(), full, page);
            if at.is_none() || empty {
                return Ok(all);
            }
        }
        let message = format!("ConnectWise has more than {} rows in this list.", MAX_PAGES * PAGE_SIZE);
        Err(PsaError::Invalid { field: None, message })
    }
}

/// Where the list goes on after a page. Without a header a full page may be the last one; the next one is empty then.
fn next(link: Option<&str>, full: bool, page: usize) -> Option<Next> {
    match link {
        Some(link) => linked(link),
        None => full.then_some(Next::Page(page + 1)),
    }
}

/// Where the `next` link leads. Only its number is taken: its host is not ours to follow.
fn linked(link: &str) -> Option<Next> {
    let before = link.split("rel=").zip(link.split("rel=").skip(1));
    let (next, _) = before.into_iter().find(|(_, rel)| rel.trim_start_matches('"').starts_with("next"))?;
    let address = next.get(next.rfind('<')? + 1..next.rfind('>')?)?;
    let (_, query) = address.split_once('?')?;
    url::form_urlencoded::parse(query.as_bytes()).find_map(|(name, value)| match name.as_ref() {
        "page" => value.parse().ok().map(Next::Page),
        "pageId" => value.parse().ok().map(Next::After),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_read_from_every_form_of_link() {
        let (next, last) =
            ("<https://x/y?pageSize=5&page=2>; rel=\"next\"", "<https://x/y?page=9>; rel=\"last\"");
        for (link, expected) in [
            (String::new(), None),
            (format!("{next}, {last}"), Some(Next::Page(2))),
            (format!("<https://x/y?page=1>; rel=\"first\", {next},{last}"), Some(Next::Page(2))),
            (format!("<https://x/y?page=1>; rel=\"first\", {last}"), None),
            ("<https://x/y?pageSize=5&pageId=77>; rel=\"next\"".into(), Some(Next::After(77))),
            ("<https://x/y?conditions=a%2Cb&page=3>; rel=next".into(), Some(Next::Page(3))),
            ("<https://x/y?page=x>; rel=\"next\"".into(), None),
            ("> <; rel=\"next\"".into(), None),
            ("rel=\"next\"".into(), None),
        ] {
            assert_eq!(linked(&link), expected, "{link}");
        }
        assert_eq!((super::next(None, true, 3), super::next(None, false, 3)), (Some(Next::Page(4)), None));
    }
}
