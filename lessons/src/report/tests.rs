use super::*;
use crate::{Grade, builtin, grade, start};

/// The redis lesson without a CMD: passed and failed checks side by side.
fn half_done() -> (crate::LessonFolder, Grade) {
    let folder = builtin("redis-on-alpine").expect("it comes with the program").open().expect("it reads");
    let begin = start(&folder).expect("it starts");
    let mut project = folder.start();
    let text = "FROM alpine\nRUN apk add --update redis\nLABEL odd=\"<&#\\\\\"\n";
    project.write_file("Dockerfile", text, 0o644, vfs::Time::EPOCH).expect("it can be written");
    let grade = grade(&folder.lesson, &begin, &project).expect("it can be graded");
    (folder, grade)
}

#[test]
fn every_report_shows_the_ground() {
    let (folder, grade) = half_done();
    insta::assert_snapshot!("text", text(&folder.lesson, &grade));
    insta::assert_snapshot!("tap", tap(&grade));
    insta::assert_snapshot!("junit", junit(&folder.lesson, [("a <b>", &grade)]));
    insta::assert_snapshot!("gradescope", format!("{:#}", gradescope(&grade)));
}
